"""The warehouse in AWS: made, looked at, paused, taken down, and never left running.

Direct calls rather than a CloudFormation stack: docs/adr/0012-direct-calls-to-aws.md says why.
"""
