"""The only module that calls AWS. A dry run notes calls instead; errors explain what AWS denied."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sparkify.errors import CloudError, ConfigError
from sparkify.installation import extra_command

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

# Calls that change nothing begin with one of these.
READ_PREFIXES = ("describe_", "get_", "head_", "list_", "simulate_")

_ACCESS_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedException",
    "UnauthorizedOperation",
    "403",
}
_BAD_CREDENTIALS = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_QUOTA_WORDS = ("Quota", "LimitExceeded", "InsufficientClusterCapacity", "InsufficientCapacity")


class AwsRejectedError(CloudError):
    """A call that AWS rejected, with AWS's own `code` and `message`."""

    def __init__(self, what: str, hint: str, *, code: str, message: str) -> None:
        super().__init__(what, hint)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class AwsCall:
    """A call that would change something: its action, `redshift:CreateCluster`, and arguments."""

    action: str
    arguments: dict[str, Any]


@dataclass
class Aws:
    """Calls to AWS as one user, in one region.

    `profile` is one of ~/.aws; if it is empty, the environment's credentials are used. `attempts`
    is how often a call is tried that fails for a temporary reason.
    """

    region: str
    profile: str = ""
    attempts: int = 4
    dry_run: bool = False
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    def call(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any]:
        """Make one call, named as boto3 names it, and return the answer.

        Raises AwsRejectedError when AWS rejects the call, CloudError when the call fails.
        """
        with _explain_errors(service, operation):
            answer: dict[str, Any] = getattr(self._client(service), operation)(**arguments)
            return answer

    def find(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any] | None:
        """Make a call about one resource; return None if the resource does not exist."""
        try:
            return self.call(service, operation, **arguments)
        except AwsRejectedError as error:
            if "NotFound" in error.code or error.code == "NoSuchEntity":
                return None
            raise

    def pages(self, service: str, operation: str, key: str, /, **arguments: Any) -> list[Any]:
        """Make a call that answers in pages; return the items under `key` of all pages."""
        with _explain_errors(service, operation):
            paginator = self._client(service).get_paginator(operation)
            return [item for page in paginator.paginate(**arguments) for item in page[key]]

    @cached_property
    def caller(self) -> str:
        """The ARN of the credentials' owner. Raises CloudError if there are no credentials."""
        return str(self.call("sts", "get_caller_identity")["Arn"])

    @property
    def partition(self) -> str:
        """`aws`, or the name of a separate partition such as `aws-cn`."""
        return self.caller.split(":")[1]

    @property
    def account(self) -> str:
        """The account's twelve digits."""
        return self.caller.split(":")[4]

    @cached_property
    def _session(self) -> Any:
        boto3, _ = _import_boto3()
        return boto3.Session(profile_name=self.profile or None, region_name=self.region)

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            _, config = _import_boto3(self.attempts)
            self._clients[service] = self._session.client(service, config=config)
        return self._clients[service]


@dataclass
class AwsDryRun(Aws):
    """Reads from AWS, and notes each call that would change something instead of making it.

    A noted call is validated against AWS's model. Its answer is a skeleton that holds the names of
    the expected fields, so that the calls that follow can be noted as well.
    """

    dry_run: bool = True
    noted: list[AwsCall] = field(default_factory=list)

    def call(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any]:
        """Make a call that reads; note any other call."""
        if operation.startswith(READ_PREFIXES):
            return super().call(service, operation, **arguments)
        from botocore.utils import ArgumentGenerator
        from botocore.validate import validate_parameters

        with _explain_errors(service, operation):
            meta = self._client(service).meta
            model = meta.service_model.operation_model(meta.method_to_api_mapping[operation])
            validate_parameters(arguments, model.input_shape)
        self.noted.append(AwsCall(f"{service}:{model.name}", arguments))
        if model.output_shape is None:
            return {}
        skeleton = ArgumentGenerator(use_member_names=True).generate_skeleton(model.output_shape)
        answer: dict[str, Any] = skeleton
        return answer


def region_of_bucket(profile: str, bucket: str) -> str:
    """Return the region of a bucket. S3 names it even in an answer that denies access.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """
    header = "x-amz-bucket-region"
    try:
        answer = Aws("us-east-1", profile).call("s3", "head_bucket", Bucket=bucket)
    except AwsRejectedError as error:
        region = _response_headers(error.__cause__).get(header)
        if region:
            return str(region)
        raise CloudError(
            f"the bucket {bucket} does not exist, or S3 does not name its region",
            "correct [S3] LOG_DATA, or give the region with --region",
        ) from error
    return str(answer["ResponseMetadata"]["HTTPHeaders"].get(header, "us-east-1"))


def _response_headers(error: BaseException | None) -> dict[str, Any]:
    response: dict[str, Any] = getattr(error, "response", {})
    headers: dict[str, Any] = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers


def _import_boto3(attempts: int = 1) -> tuple[Any, Any]:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise ConfigError(
            "calls to AWS need boto3, which is not installed", f"run: {extra_command('aws')}"
        ) from error
    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    return boto3, Config(connect_timeout=5, read_timeout=30, retries=retries)


@contextmanager
def _explain_errors(service: str, operation: str) -> Iterator[None]:
    """Turn the errors of boto3 into errors of Sparkify."""
    boto3, _ = _import_boto3()
    errors = boto3.exceptions.botocore.exceptions
    credentials = (
        *(errors.NoCredentialsError, errors.PartialCredentialsError, errors.ProfileNotFound),
        *(errors.CredentialRetrievalError, errors.SSOError, errors.TokenRetrievalError),
    )
    action = f"{service}:{''.join(word.capitalize() for word in operation.split('_'))}"
    try:
        yield
    except errors.ClientError as error:
        raise _rejected(action, error) from error
    except credentials as error:
        raise CloudError(
            f"there are no credentials for AWS: {error}",
            "run: aws configure (or aws sso login), or name a profile in [S3] PROFILE",
        ) from error
    except errors.ParamValidationError as error:
        raise CloudError(
            f"{action} does not accept these arguments: {error}", "correct the option"
        ) from error
    except (errors.BotoCoreError, boto3.session.botocore.parsers.ResponseParserError) as error:
        raise CloudError(
            f"the AWS call {action} failed: {error}",
            "check the network, then run the same command again: it continues where it stopped",
        ) from error


def _rejected(action: str, error: "ClientError") -> AwsRejectedError:
    code = error.response["Error"].get("Code", "")
    message = error.response["Error"].get("Message", "")
    if code in _ACCESS_DENIED:
        what = f"AWS denied {action}: you lack this permission"
        hint = f"ask your administrator for {action}; docs/aws.md has the whole policy"
    elif code in _BAD_CREDENTIALS:
        what = f"AWS does not accept your credentials ({code})"
        hint = "they are wrong or expired; run: aws configure, or aws sso login"
    elif any(word in code for word in _QUOTA_WORDS):
        what = f"AWS has no quota or capacity left: {message} ({action}, {code})"
        hint = "raise the quota in Service Quotas, or try another size or region; then run it again"
    else:
        what = f"AWS rejected {action}: {message} ({code})"
        hint = "fix that, then run the same command again: it continues where it stopped"
    return AwsRejectedError(what, hint, code=code, message=message)
