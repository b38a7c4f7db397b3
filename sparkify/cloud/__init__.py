"""The warehouse in AWS: create, inspect, pause and remove it.

Direct calls rather than a CloudFormation stack: docs/adr/0012-direct-calls-to-aws.md says why.
"""
