# Sparkify in a container; docs/production.md tells how to run it.
FROM python:3.13-slim AS build
# The compiler is for the native reader; it stays in this stage.
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
WORKDIR /build
COPY requirements/image.txt requirements/image.txt
RUN python -m venv /opt/sparkify
RUN /opt/sparkify/bin/pip install --no-cache-dir --require-hashes -r requirements/image.txt
COPY pyproject.toml setup.py MANIFEST.in README.md LICENSE dwh.cfg.example ./
COPY sparkify sparkify
RUN /opt/sparkify/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home sparkify && install --directory --owner sparkify /warehouse
COPY --from=build /opt/sparkify /opt/sparkify
ENV PATH=/opt/sparkify/bin:$PATH
USER sparkify
# dwh.cfg is mounted here, and a DuckDB warehouse grows here.
WORKDIR /warehouse
VOLUME /warehouse
# Docker knows 0 and 1 only; what is wrong is in the output: docker inspect.
HEALTHCHECK --interval=10m --timeout=60s --start-period=1h \
    CMD sparkify status --offline --fail-if-older-than 26h || exit 1
ENTRYPOINT ["sparkify"]
CMD ["etl"]
