"""A certificate authority for the length of a test run, and the proxy's certificate by it."""

import socket
import ssl
from pathlib import Path

import trustme

HOST = "localhost"


class Authority:
    """A CA of its own.

    redshift_connector takes no CA file; OpenSSL's variable SSL_CERT_FILE is how it gets one.
    """

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self._right = _server_context(authority.issue_cert(HOST, "127.0.0.1"))
        self._wrong = _server_context(authority.issue_cert("elsewhere.example"))

    def wrap(self, connection: socket.socket, *, wrong_name: bool) -> ssl.SSLSocket:
        """Shake hands as the server, under its own name or another's."""
        context = self._wrong if wrong_name else self._right
        return context.wrap_socket(connection, server_side=True)


def _server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
