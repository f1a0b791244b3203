"""Drives assemblies with the CDK command line, against a CloudFormation server on this machine: `check.py PYTHON EXAMPLES BOOTSTRAPPED FOLDER`.

PYTHON has ministack. EXAMPLES is the directory of the built examples, BOOTSTRAPPED an assembly that wants a bootstrap of the CDK. One app is run by the CDK itself, with the stage as a context value;
another one comes as the folder that it has written. Both are listed, compared, deployed, deployed again without a change, and destroyed.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CDK = HERE / "node_modules/.bin/cdk"
SERVER = ROOT / "bin/src/deploy/local/server.py"
# Those of the stage `prod` of the examples. Bucket names are the same in both.
REGION = "eu-central-1"
ACCOUNT = "222222222222"


def facts():
    """What the server pretends of the types that it lacks."""
    types = {}
    for file in sorted((ROOT / "synth/schema/facts").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            fact = json.loads(line)
            types[fact["type"]] = {
                "ref": fact.get("ref") or fact.get("id", []),
                "attributes": {name: None for name in fact.get("attributes", {})},
                "replaces": [],
                "mayReplace": [],
            }
    return types


class Server:
    """ministack with an account and a region, and what the assets of Formwork need there."""

    def __init__(self, python, state):
        settings = {"state": str(state), "region": REGION, "faults": None, "types": facts()}
        command = [python, "-I", str(SERVER)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdin.write(json.dumps(settings).encode() + b"\n")
        self.process.stdin.flush()
        port = self.process.stdout.readline().decode().strip()
        if not port:
            sys.exit("error: the server has not started")
        self.endpoint = f"http://localhost:{port}"
        where = f"<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>"
        self.ask("s3", "PUT", f"/formwork-assets-{ACCOUNT}-{REGION}", where)
        target = {"X-Amz-Target": "AmazonEC2ContainerRegistry_V20150921.CreateRepository"}
        kind = {"Content-Type": "application/x-amz-json-1.1"}
        self.ask("ecr", "POST", "/", json.dumps({"repositoryName": "formwork-assets"}), target | kind)

    def ask(self, service, method, path, body, more=None):
        credential = f"{ACCOUNT}/20260101/{REGION}/{service}/aws4_request"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=none"}
        request = urllib.request.Request(self.endpoint + path, body.encode(), headers | (more or {}), method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def cloudformation(self, query):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("cloudformation", "POST", "/", f"Version=2010-05-15&{query}", kind)

    def allow_deletion(self, stack):
        self.cloudformation(f"Action=UpdateTerminationProtection&StackName={stack}&EnableTerminationProtection=false")

    def statuses(self):
        """The stacks that are there, and how they are."""
        text = self.cloudformation("Action=DescribeStacks")
        return dict(re.findall(r"<StackName>([^<]*)</StackName>.*?<StackStatus>([^<]*)</StackStatus>", text, re.S))

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


class Cdk:
    """The command line of the CDK, with an app or a folder."""

    def __init__(self, server, app, context, folder):
        self.server = server
        self.options = ["--app", app, *context]
        self.folder = folder
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "CARGO_TARGET_DIR") if name in os.environ},
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DOCKER": str(HERE / "docker"),
            "CI": "true",
            "NO_COLOR": "1",
        }

    def run(self, *arguments, code=0):
        """What it says, which must end with this code."""
        common = ["--no-notices", "--no-version-reporting", "--output", str(self.folder)]
        command = [str(CDK), *arguments, *self.options, *common]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600)
        said = done.stdout + done.stderr
        expect(done.returncode == code, f"`cdk {' '.join(arguments)}` has ended with {done.returncode}", said)
        return said


def expect(condition, message, said=""):
    if not condition:
        sys.exit(f"error: {message}\n{said}")


def go_through(name, cdk, stacks, *values):
    """The whole life of an app, with the values that its parameters need."""
    deploy = ["deploy", "--all", "--require-approval", "never", *values]
    said = cdk.run("list")
    listed = sorted(line.split()[0] for line in said.splitlines() if line)
    expect(listed == sorted(stacks), f"`cdk list` of {name} tells other stacks than {stacks}", said)
    said = cdk.run("diff")
    expect("[+]" in said, f"`cdk diff` of {name} sees nothing new", said)
    said = cdk.run(*deploy)
    expect("no changes" not in said, f"the first `cdk deploy` of {name} sees no changes", said)
    there = cdk.server.statuses()
    for stack in stacks.values():
        expect(there.get(stack) == "CREATE_COMPLETE", f"{stack} is {there.get(stack)} after `cdk deploy`", said)
    said = cdk.run(*deploy)
    expect(said.count("no changes") >= len(stacks), f"the second `cdk deploy` of {name} changes something", said)
    said = cdk.run("diff")
    expect("[+]" not in said and "[~]" not in said, f"`cdk diff` of {name} sees changes in what is deployed", said)
    # The stage is protected.
    said = cdk.run("destroy", "--all", "--force", code=1)
    expect("TerminationProtection" in said, f"`cdk destroy` of {name} has failed for another reason", said)
    for stack in stacks.values():
        cdk.server.allow_deletion(stack)
    said = cdk.run("destroy", "--all", "--force")
    left = sorted(set(cdk.server.statuses()) & set(stacks.values()))
    expect(not left, f"`cdk destroy` of {name} leaves {left}", said)
    print(f"{name}: {len(stacks)} stacks listed, compared, deployed twice and destroyed")


def go_through_bootstrap(server, folder, work):
    """An app that publishes and deploys through a bootstrap, which the CDK makes itself."""
    environment = f"aws://{ACCOUNT}/{REGION}"
    bootstrap = ["bootstrap", environment, "--qualifier", "acme", "--toolkit-stack-name", "CDKToolkit-acme"]
    cdk = Cdk(server, str(folder), [], work / "unused")
    cdk.run(*bootstrap)
    said = cdk.run("deploy", "--all", "--require-approval", "never", "--verbose")
    for role in ("deploy", "file-publishing", "image-publishing"):
        name = f"cdk-acme-{role}-role-{ACCOUNT}-{REGION}"
        expect(name in said, f"`cdk deploy` has not assumed {name}", said)
    stacks = stacks_in(folder)
    there = server.statuses()
    for stack in stacks.values():
        expect(there.get(stack) == "CREATE_COMPLETE", f"{stack} is {there.get(stack)} after `cdk deploy`", said)
    keys = server.ask("s3", "GET", f"/cdk-acme-assets-{ACCOUNT}-{REGION}", "")
    expect(".zip</Key>" in keys, "nothing lies in the bucket of the bootstrap", keys)
    said = cdk.run("deploy", "--all", "--require-approval", "never")
    expect(said.count("no changes") >= len(stacks), "the second `cdk deploy` changes something", said)
    cdk.run("destroy", "--all", "--force")
    print(f"bootstrap: {len(stacks)} stacks deployed through it twice and destroyed")


def stacks_in(folder):
    """The names in CloudFormation by id."""
    artifacts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    stacks = {id: one["properties"]["stackName"] for id, one in artifacts.items() if one["type"] == "aws:cloudformation:stack"}
    expect(stacks, f"{folder} has no stacks")
    return stacks


def main():
    python, examples, bootstrapped, work = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    server = Server(python, work / "state")
    try:
        # By the CDK: the context says which stage, the environment where the assembly is to lie.
        folder = work / "by-cdk"
        app = f"{examples / 'web_service_with_table'} synth --quiet"
        cdk = Cdk(server, app, ["--context", "stage=prod"], folder)
        cdk.run("list")
        written = json.loads((folder / "formwork.json").read_text(encoding="utf-8"))
        expect(written["stage"] == "prod", "the context value `stage` has not chosen the stage")
        go_through("web_service_with_table", cdk, stacks_in(folder))

        # By its folder, without the app.
        folder = work / "by-folder"
        command = [examples / "uptime", "synth", "--quiet", "--stage", "prod", "--out", folder]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        cdk = Cdk(server, str(folder), [], work / "unused")
        go_through("uptime", cdk, stacks_in(folder), "--parameters", "ImageTag=1.4.2")

        go_through_bootstrap(server, bootstrapped, work)
    finally:
        server.stop()


main()
