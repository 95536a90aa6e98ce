# One image for every role; docker-compose.yml says which command it runs.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    MPLCONFIGDIR=/tmp/matplotlib

WORKDIR /app

# The lock alone first: while it stays the same, so does this layer.
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock

COPY pyproject.toml LICENSE README.md ./
COPY config ./config
COPY optimizer ./optimizer
COPY scheduler ./scheduler
COPY consumers ./consumers
COPY web ./web
RUN pip install --no-deps --no-build-isolation --editable . \
    && python -c 'from optimizer.search.warm_up import warm_up; warm_up(print)' \
    && useradd --system --uid 10001 --home-dir /nonexistent rounds

USER rounds
EXPOSE 8080
CMD ["rounds", "web"]
