"""The example DAG, run by `airflow dags test`."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import duckdb
import pytest
from moto.server import ThreadedMotoServer

from integrations.environments import ROOT, block_of_page, run_in
from tests.small_source import COUNTS, UNUSUAL_VALUES_FAIL, lines, play

HERE = Path(__file__).parent
REGION = "us-west-2"


@pytest.fixture
def airflow_home(source: Path) -> Path:
    """Give Airflow's home with an empty database, beside the small source."""
    home = source / "airflow"
    done = airflow("db", "migrate", folder=source)
    assert done.returncode == 0, done.stderr
    return home


def airflow(*command: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    own = {
        "PYTHONPATH": f"{ROOT}:{HERE}",
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(HERE / "example"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "SPARKIFY_CONFIG": str(folder / "dwh.cfg"),
        "NO_COLOR": "1",
    }
    return run_in("airflow", "airflow", *command, cwd=folder, env={**own, **env})


def run_dag(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    (folder / "dwh.cfg").write_text("[CLUSTER]\n[IAM_ROLE]\n[S3]\n")
    return airflow("dags", "test", "load_sparkify", "2018-11-30", folder=folder, **env)


def test_the_dag_of_the_page_loads_as_pasted(source: Path, airflow_home: Path) -> None:
    (source / "dwh.cfg").write_text("[CLUSTER]\n[IAM_ROLE]\n[S3]\n")
    pasted = block_of_page("airflow.md", "from datetime").replace("/srv/sparkify", str(source))
    dags = source / "dags"
    dags.mkdir()
    (dags / "load_sparkify.py").write_text(pasted)
    _, *command = block_of_page("airflow.md", "airflow dags test").split()

    done = airflow(*command, folder=source, AIRFLOW__CORE__DAGS_FOLDER=str(dags))

    assert state_of(done) == "success"
    assert rows(source) == COUNTS


def state_of(done: subprocess.CompletedProcess[str]) -> str:
    """Return the state of the DAG's run, as its last word on it says."""
    said = done.stdout + done.stderr
    found = [
        line for line in said.splitlines() if "DagRun Finished" in line or "Marking run" in line
    ]
    return said if not found else "failed" if "failed" in "".join(found) else "success"


def rows(folder: Path) -> dict[str, int]:
    with duckdb.connect(str(folder / "sparkify.read.duckdb"), read_only=True) as warehouse:
        return {
            table: warehouse.sql(f"select count(*) from {table}").fetchall()[0][0]
            for table in COUNTS
        }


def test_the_dag_loads_and_its_assets_are_outlets(source: Path, airflow_home: Path) -> None:
    done = run_dag(source)

    assert state_of(done) == "success"
    assert rows(source) == COUNTS
    listed = airflow("assets", "list", "--output", "plain", folder=source)
    uris = {f"sparkify://sparkify/{table}" for table in COUNTS}
    assert {word for word in listed.stdout.split() if word.startswith("sparkify://")} >= uris


def test_a_check_that_blocks_fails_the_task_without_a_retry(
    source: Path, airflow_home: Path
) -> None:
    (source / "data/log_data/2018/b.json").write_bytes(lines(play(9, 9, level="gold")))

    done = run_dag(source, **UNUSUAL_VALUES_FAIL)

    said = done.stdout + done.stderr
    assert state_of(done) == "failed"
    assert "values_are_in_their_domain failed" in said
    assert "AirflowFailException" in said
    assert "up_for_retry" not in said.lower()


@pytest.fixture
def paused_cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Give the environment of an account with a paused cluster, which moto serves on loopback."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    env = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "SPARKIFY_S3_REGION": REGION,
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    redshift = boto3.client("redshift")
    redshift.create_cluster(
        ClusterIdentifier="music",
        NodeType="ra3.large",
        MasterUsername="awsuser",
        MasterUserPassword="Pass-w0rd-1",
        ClusterType="single-node",
    )
    redshift.pause_cluster(ClusterIdentifier="music")
    yield env
    server.stop()


def test_the_task_is_deferred_while_a_paused_cluster_resumes(
    source: Path, airflow_home: Path, paused_cluster: dict[str, str]
) -> None:
    redshift = boto3.client("redshift")
    [before] = redshift.describe_clusters(ClusterIdentifier="music")["Clusters"]
    assert before["ClusterStatus"] == "paused"

    done = run_dag(source, SPARKIFY_CLUSTER="music", **paused_cluster)

    [after] = redshift.describe_clusters(ClusterIdentifier="music")["Clusters"]
    assert after["ClusterStatus"] == "available"
    assert state_of(done) == "success"
    assert "running trigger in line" in done.stdout + done.stderr
    assert rows(source) == COUNTS
