"""The one door to AWS: what goes through it can be rehearsed, and its refusals are explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sparkify.errors import CloudError, ConfigError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

READS = ("describe_", "get_", "head_", "list_", "simulate_")

_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedException",
    "UnauthorizedOperation",
    "403",
}
_BAD_KEYS = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_FULL = ("Quota", "LimitExceeded", "InsufficientClusterCapacity", "InsufficientCapacity")


class RefusedError(CloudError):
    """AWS refused a call; `code` is its own name for why, `message` its own words."""

    def __init__(self, what: str, hint: str, *, code: str, message: str) -> None:
        super().__init__(what, hint)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Call:
    """A call that would change something: `redshift:CreateCluster`, and with what."""

    action: str
    arguments: dict[str, Any]


@dataclass
class Aws:
    """Calls to AWS as one user, in one region.

    `profile` is one of ~/.aws, empty for whatever the environment offers. `attempts` is how often
    a call is made that fails for a reason that may pass.
    """

    region: str
    profile: str = ""
    attempts: int = 4
    rehearsed: bool = False
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    def call(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any]:
        """Make one call, named as boto3 names it, and give its answer.

        Raises RefusedError when AWS says no, CloudError when it cannot be asked.
        """
        with _explained(service, operation):
            answer: dict[str, Any] = getattr(self._client(service), operation)(**arguments)
            return answer

    def find(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any] | None:
        """Make a call about one thing; None if there is no such thing."""
        try:
            return self.call(service, operation, **arguments)
        except RefusedError as refusal:
            if "NotFound" in refusal.code or refusal.code == "NoSuchEntity":
                return None
            raise

    def pages(self, service: str, operation: str, key: str, /, **arguments: Any) -> list[Any]:
        """Make a call that answers in pages; the things under `key` of all of them."""
        with _explained(service, operation):
            paginator = self._client(service).get_paginator(operation)
            return [thing for page in paginator.paginate(**arguments) for thing in page[key]]

    @cached_property
    def caller(self) -> str:
        """The ARN of whom the credentials belong to. Raises CloudError if there are none."""
        return str(self.call("sts", "get_caller_identity")["Arn"])

    @property
    def partition(self) -> str:
        """`aws`, or the name of a realm of its own, such as `aws-cn`."""
        return self.caller.split(":")[1]

    @property
    def account(self) -> str:
        """The twelve digits of the account."""
        return self.caller.split(":")[4]

    @cached_property
    def _session(self) -> Any:
        boto3, _ = _boto3()
        return boto3.Session(profile_name=self.profile or None, region_name=self.region)

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            _, config = _boto3(self.attempts)
            self._clients[service] = self._session.client(service, config=config)
        return self._clients[service]


@dataclass
class Rehearsal(Aws):
    """Asks AWS what is there, and notes what it would change instead of doing it.

    A noted call is held against AWS's own model, and is answered with the names of what would
    come back, so that the calls after it can be noted as well.
    """

    rehearsed: bool = True
    noted: list[Call] = field(default_factory=list)

    def call(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any]:
        """Make a call that reads; note any other."""
        if operation.startswith(READS):
            return super().call(service, operation, **arguments)
        from botocore.utils import ArgumentGenerator
        from botocore.validate import validate_parameters

        with _explained(service, operation):
            meta = self._client(service).meta
            model = meta.service_model.operation_model(meta.method_to_api_mapping[operation])
            validate_parameters(arguments, model.input_shape)
        self.noted.append(Call(f"{service}:{model.name}", arguments))
        if model.output_shape is None:
            return {}
        skeleton = ArgumentGenerator(use_member_names=True).generate_skeleton(model.output_shape)
        answer: dict[str, Any] = skeleton
        return answer


def region_of_bucket(profile: str, bucket: str) -> str:
    """The region a bucket is in, which S3 tells also to those it lets in no further.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """
    header = "x-amz-bucket-region"
    try:
        answer = Aws("us-east-1", profile).call("s3", "head_bucket", Bucket=bucket)
    except RefusedError as refusal:
        told = _headers(refusal.__cause__).get(header)
        if told:
            return str(told)
        raise CloudError(
            f"the bucket {bucket} does not exist, or does not say in which region it is",
            "correct [S3] LOG_DATA, or give the region with --region",
        ) from refusal
    return str(answer["ResponseMetadata"]["HTTPHeaders"].get(header, "us-east-1"))


def _headers(error: BaseException | None) -> dict[str, Any]:
    response: dict[str, Any] = getattr(error, "response", {})
    headers: dict[str, Any] = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers


def _boto3(attempts: int = 1) -> tuple[Any, Any]:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise ConfigError(
            "calls to AWS need boto3, which is not installed", "run: pip install 'sparkify[aws]'"
        ) from error
    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    return boto3, Config(connect_timeout=5, read_timeout=30, retries=retries)


@contextmanager
def _explained(service: str, operation: str) -> Iterator[None]:
    """Turn what boto3 raises into our errors."""
    boto3, _ = _boto3()
    errors = boto3.exceptions.botocore.exceptions
    credentials = (
        *(errors.NoCredentialsError, errors.PartialCredentialsError, errors.ProfileNotFound),
        *(errors.CredentialRetrievalError, errors.SSOError, errors.TokenRetrievalError),
    )
    action = f"{service}:{''.join(word.capitalize() for word in operation.split('_'))}"
    try:
        yield
    except errors.ClientError as error:
        raise _refusal(action, error) from error
    except credentials as error:
        raise CloudError(
            f"there are no credentials for AWS: {error}",
            "run: aws configure (or aws sso login), or name a profile in [S3] PROFILE",
        ) from error
    except errors.ParamValidationError as error:
        raise CloudError(f"{action} does not take this: {error}", "correct the option") from error
    except (errors.BotoCoreError, boto3.session.botocore.parsers.ResponseParserError) as error:
        raise CloudError(
            f"AWS cannot be asked for {action}: {error}",
            "look at the network, then run the same command again: it goes on where it stopped",
        ) from error


def _refusal(action: str, error: "ClientError") -> RefusedError:
    code = error.response["Error"].get("Code", "")
    message = error.response["Error"].get("Message", "")
    if code in _DENIED:
        what = f"you are not allowed to do {action}"
        hint = f"ask your administrator for {action}; docs/aws.md has the whole policy"
    elif code in _BAD_KEYS:
        what = f"AWS does not accept your credentials ({code})"
        hint = "they are wrong or too old; run: aws configure, or aws sso login"
    elif any(word in code for word in _FULL):
        what = f"AWS has no room for this: {message} ({action}, {code})"
        hint = "ask for more under Service Quotas, or try another size or region; then run it again"
    else:
        what = f"AWS refuses {action}: {message} ({code})"
        hint = "mend that, then run the same command again: it goes on where it stopped"
    return RefusedError(what, hint, code=code, message=message)
