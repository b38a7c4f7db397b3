"""The command `redshift-standin serve`, and the fixtures for pytest, as others use them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from redshift_standin import Login
from redshift_standin.client import Client
from redshift_standin.s3_server import free_ports

pytest_plugins = ["pytester"]


def test_a_served_database_is_one_to_connect_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [port] = free_ports(1)
    command = [sys.executable, "-m", "redshift_standin.cli", "serve", "--port", str(port)]
    command += ["--s3-endpoint", "http://127.0.0.1:1", "--role", "arn:aws:iam::1:role/mine"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        lines = iter(served.stdout.readline, "}\n")
        told = json.loads("".join(lines) + "}")
        try:
            assert (told["port"], told["roles"]) == (port, ["arn:aws:iam::1:role/mine"])
            monkeypatch.setenv("SSL_CERT_FILE", told["ca_file"])
            client = Client(Login(*(told[name] for name in Login._fields)))
            assert client.run("select 1") == [(1,)]
            client.close()
        finally:
            served.terminate()
    assert served.returncode == 0


def test_a_test_that_asks_for_a_client_has_an_empty_database(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="session")
        def redshift_s3():
            class Nowhere:
                endpoint, admin = "http://127.0.0.1:1", ("key", "secret")
            return Nowhere()

        @pytest.mark.parametrize("_time", [1, 2])
        def test_it(redshift_client, _time):
            redshift_client.run("create table t (a int) diststyle key distkey (a) sortkey (a)")
            redshift_client.connection.commit()
            assert redshift_client.rejected("select now(), a from t")["C"] == "0A000"
        """
    )
    outcome = pytester.runpytest_subprocess("-p", "redshift_standin.plugin", "-p", "no:randomly")
    outcome.assert_outcomes(passed=2)
