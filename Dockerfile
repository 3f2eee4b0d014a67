# The worker's image. Two stages: one builds, the other holds Python and the installed packages.
# The steps need no compiler and no git; everything installed is checked against requirements/.

# The version that the tests run on; 3.12 and 3.13 serve too.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /build \
    && /build/bin/pip install --require-hashes --only-binary :all: -r requirements/build.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes --only-binary :all: -r requirements/runtime.txt
COPY pyproject.toml LICENSE ./
COPY processors/ processors/
COPY consumers/ consumers/
RUN /build/bin/python -m hatchling build --target wheel --directory /dist \
    && /venv/bin/pip install --no-index --no-deps /dist/*.whl \
    && /venv/bin/python -m compileall -q /venv/lib \
    && /venv/bin/pip uninstall --yes pip

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="copydesk" \
      org.opencontainers.image.licenses="Apache-2.0"
# A number, so that Kubernetes can see that it is not root; the one folder that may be written,
# where the root file system is read-only and a tmpfs is laid over it.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin copydesk \
    && install -d -o 10001 -g 10001 -m 0700 /run/copydesk
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/run/copydesk \
    TMPDIR=/run/copydesk \
    COPYDESK_LOG_FORMAT=json \
    COPYDESK_WEB=0.0.0.0:8321
USER 10001:10001
WORKDIR /run/copydesk
EXPOSE 8321
STOPSIGNAL SIGTERM
# For 'work'; other verbs of the same image switch it off or bring their own.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8321/livez', timeout=4)"]
ENTRYPOINT ["copydesk"]
CMD ["work"]
