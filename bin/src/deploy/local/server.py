"""Runs ministack for `deploy --local`: on this machine only, with every resource type that CloudFormation knows.

The first line of the standard input says how, as JSON (see `settings.rs`). Once the server answers, the port is the only line on the
standard output; everything else goes to the standard error. The server stops, and keeps its state, when the standard input ends: also
where whoever started it was killed.

ministack makes about two hundred resource types. The others are pretended: they get a physical id, attributes and events like any
other, and there is nothing behind them. What can be read of them comes from the facts in the settings. What an app takes for granted
in its account is assumed to be there: hosted zones, SSM parameters, secrets.

This reaches into parts of ministack that are nobody else's business, which is why its version is pinned.
"""

import asyncio
import base64
import hashlib
import json
import os
import secrets
import signal
import socket
import sys
import threading
import time

STOPPING = threading.Event()


def main():
    settings = json.loads(sys.stdin.buffer.readline())
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # Ctrl-C is for whoever started this: it may want to follow a stack to its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.makedirs(settings["state"], exist_ok=True)
    # Held until the process ends.
    lock = take_over(os.path.join(settings["state"], "server.lock"))
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    port = listener.getsockname()[1]
    prepare_environment(settings, port)

    from ministack import app

    app._run_init_scripts = lambda: None
    app._run_ready_scripts = nothing
    extend(settings)
    asyncio.run(serve(app.app, listener, port, answers))


def take_over(path):
    """Waits for the server before this one, which still writes what it has where whoever started it was killed."""
    lock = open(path, "a+b")
    for _ in range(1200):
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError:
            time.sleep(0.025)
    raise SystemExit("the server before this one does not end")


def prepare_environment(settings, port):
    """Leaves of the environment only what Python needs: nothing that a user has set for AWS or another server reaches this one."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR") if name in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    state = settings["state"]
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        MINISTACK_HOST="127.0.0.1",
        MINISTACK_REGION=settings["region"],
        LOG_LEVEL="ERROR",
        PERSIST_STATE="1",
        STATE_DIR=os.path.join(state, "services"),
        S3_PERSIST="1",
        S3_DATA_DIR=os.path.join(state, "objects"),
        # No containers, no other ports.
        DOCKER_HOST="unix://" + os.path.join(state, "no-docker"),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
    )


async def nothing():
    pass


async def serve(app, listener, port, answers):
    from hypercorn.asyncio import serve as hypercorn
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "ERROR"

    async def until_stopped():
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wait():
            sys.stdin.buffer.read()
            STOPPING.set()
            loop.call_soon_threadsafe(stopped.set)

        threading.Thread(target=wait, daemon=True).start()
        print(port, file=answers, flush=True)
        await stopped.wait()

    await hypercorn(app, config, shutdown_trigger=until_stopped)
    # Everything is written. A wait condition that still waits would keep the process for as long as it waits.
    sys.stderr.flush()
    os._exit(0)


# What ministack lacks.


def extend(settings):
    from ministack.services.cloudformation import provisioners, stacks

    facts = settings["types"]
    handlers = provisioners._RESOURCE_HANDLERS
    for kind, fact in facts.items():
        if kind not in handlers:
            handlers[kind] = pretended(kind, fact)
            provisioners._REPLACING_PROPERTIES[kind] = tuple(fact["replaces"])
            provisioners._CONDITIONALLY_REPLACING_PROPERTIES[kind] = tuple(fact["mayReplace"])
    assume_what_is_named()
    find_outputs_in_their_region()
    tell_what_happens()
    end_what_was_interrupted()
    know_who_pushes()
    faults = Faults(settings.get("faults"))
    for kind, handler in handlers.items():
        watch(kind, handler, facts.get(kind), faults)

    recreation = stacks._property_recreation

    # ministack answers `Conditionally` for all properties of the types that it knows nothing about.
    def known_recreation(kind, name):
        fact = facts.get(kind)
        if fact is None or kind in provisioners._REPLACING_PROPERTIES:
            return recreation(kind, name)
        if name in fact["replaces"]:
            return "Always"
        return "Conditionally" if name in fact["mayReplace"] else "Never"

    stacks._property_recreation = known_recreation
    # What waits must not keep the server from answering.
    on_thread = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda kind: on_thread(kind) or faults.are_wanted()


def pretended(kind, fact):
    def create(logical_id, props, stack_name):
        physical_id = made_up_id(kind, fact, logical_id, props, stack_name)
        return physical_id, attributes(kind, fact, physical_id, props)

    def update(physical_id, old_props, new_props, stack_name):
        return physical_id, attributes(kind, fact, physical_id, new_props)

    return {"create": create, "update": update, "delete": lambda physical_id, props: None}


def watch(kind, handler, fact, faults):
    """Lets a type fail or wait where a test wants it to, and adds the attributes that AWS has and ministack has not."""
    create, update, delete = (handler.get(verb) for verb in ("create", "update", "delete"))
    update_takes_id, delete_takes_id = handler.get("update_with_logical_id"), handler.get("delete_with_logical_id")

    instead = pretended(kind, fact) if fact else {}

    def attempt(props, verb, how, *arguments):
        try:
            physical_id, attrs = how(*arguments)
        except ValueError as error:
            # So it says of alarms that compute with metrics: of some resources of the types that it has.
            if fact is None or "is not supported" not in str(error):
                raise
            physical_id, attrs = instead[verb](*arguments[:4])
        if fact is None:
            return physical_id, attrs
        return physical_id, {**attributes(kind, fact, physical_id, props), **(attrs or {})}

    def watched_create(logical_id, props, stack_name):
        faults.meet("create", kind, logical_id)
        return attempt(props, "create", create, logical_id, props, stack_name)

    def watched_update(physical_id, old_props, new_props, stack_name, logical_id=None):
        faults.meet("update", kind, logical_id)
        more = (logical_id,) if update_takes_id else ()
        return attempt(new_props, "update", update, physical_id, old_props, new_props, stack_name, *more)

    def watched_delete(physical_id, props, logical_id=None):
        faults.meet("delete", kind, logical_id)
        return delete(physical_id, props, *((logical_id,) if delete_takes_id else ()))

    if create:
        handler["create"] = watched_create
    if update:
        handler.update(update=watched_update, update_with_logical_id=True)
    if delete:
        handler.update(delete=watched_delete, delete_with_logical_id=True)


# What an app takes for granted.


def assume_what_is_named():
    from ministack.services import route53, ssm
    from ministack.services.cloudformation import engine, provisioners

    parameter = ssm.resolve_parameter_value

    def known_parameter(name, version=None, decrypt=False):
        value = parameter(name, version, decrypt)
        if value is None:
            return "ami-0123456789abcdef0" if name.endswith(("image_id", "ami-id")) else "assumed"
        return value

    ssm.resolve_parameter_value = known_parameter
    get = ssm._get_parameter

    # What `deploy` reads itself to fill a parameter. Whether there is a bootstrap of the CDK is not assumed.
    def get_or_assume(data):
        answer, name = get(data), str(data.get("Name", ""))
        if answer[0] != 400 or not data.get("WithDecryption") or name.startswith("/cdk-bootstrap/"):
            return answer
        parameter = {"Name": name, "Type": "SecureString", "Value": "assumed", "Version": 1}
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps({"Parameter": parameter}).encode()

    ssm._get_parameter = get_or_assume
    reference = engine._resolve_dynamic_reference

    def known_reference(literal):
        try:
            return reference(literal)
        except ValueError as error:
            if "not found" not in str(error):
                raise
            return "assumed"

    engine._resolve_dynamic_reference = known_reference
    record = provisioners._r53_record_set_create

    def record_in_a_zone(logical_id, props, stack_name):
        zone = str(props.get("HostedZoneId") or "").split("/")[-1]
        if zone and zone not in route53._zones:
            name = props.get("Name", "").rstrip(".").split(".", 1)[-1] + "."
            route53._zones[zone] = {"id": zone, "name": name, "caller_reference": zone, "comment": "", "private": False}
            route53._records[zone] = route53._default_records(name)
        return record(logical_id, props, stack_name)

    provisioners._RESOURCE_HANDLERS["AWS::Route53::RecordSet"]["create"] = record_in_a_zone


def find_outputs_in_their_region():
    from ministack.core.responses import get_region, set_request_region
    from ministack.services.cloudformation import changesets, engine, handlers, stacks

    resolve = engine._resolve_refs

    def resolve_there(value, *context):
        output = value.get("Fn::GetStackOutput") if isinstance(value, dict) else None
        if not isinstance(output, dict) or not isinstance(output.get("Region"), str):
            return resolve(value, *context)
        here = get_region()
        set_request_region(output["Region"])
        try:
            return resolve(value, *context)
        finally:
            set_request_region(here)

    for module in (changesets, engine, handlers, stacks):
        module._resolve_refs = resolve_there


# What the events say.


def end_what_was_interrupted():
    """A server that ended in the middle of an operation leaves stacks that nobody works on any more: they have failed."""
    from ministack.services import cloudformation

    load = cloudformation.load_persisted_state

    def load_and_end(data):
        load(data)
        for (account, region, name), stack in list(cloudformation._stacks._data.items()):
            status = stack["StackStatus"]
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                continue
            ended = status.replace("_CLEANUP_IN_PROGRESS", "").replace("_IN_PROGRESS", "_FAILED")
            reason = "the local server ended in the middle of it"
            stack["StackStatus"], stack["StackStatusReason"] = ended, reason
            events = cloudformation._stack_events._data.setdefault((account, region, stack["StackId"]), [])
            last = dict(events[-1]) if events else {}
            last.update(
                StackId=stack["StackId"], StackName=name, EventId=secrets.token_hex(16), LogicalResourceId=name,
                PhysicalResourceId=stack["StackId"], ResourceType="AWS::CloudFormation::Stack",
                ResourceStatus=ended, ResourceStatusReason=reason,
            )
            events.append(last)

    cloudformation.load_persisted_state = load_and_end


def tell_what_happens():
    """In an update, ministack tells of every resource that it is updated: also of those that are new, and those that nothing happens to."""
    from ministack.core.responses import get_account_id, get_region
    from ministack.services.cloudformation import stacks

    add_event, provision, update = stacks._add_event, stacks._provision_keeping_seed, stacks._update_keeping_seed
    begun = {}

    def key(stack_name, logical_id):
        return get_account_id(), get_region(), stack_name, logical_id

    def begin(stack_name, logical_id, verb):
        event = begun.get(key(stack_name, logical_id))
        if event and event["verb"] is None:
            event["verb"] = verb
            add_event(*event["about"], verb + "_IN_PROGRESS")

    def add(stack_id, stack_name, logical_id, kind, status, reason="", physical_id="", detailed_status=""):
        about = stack_id, stack_name, logical_id, kind
        if logical_id != stack_name and status == "UPDATE_IN_PROGRESS" and not reason and not physical_id:
            begun[key(stack_name, logical_id)] = {"about": about, "verb": None}
            return
        if logical_id != stack_name and status in ("UPDATE_COMPLETE", "UPDATE_FAILED"):
            event = begun.pop(key(stack_name, logical_id), None)
            if event and event["verb"] is None and status == "UPDATE_COMPLETE":
                return
            if event and event["verb"] == "CREATE":
                status = status.replace("UPDATE", "CREATE")
        elif reason:
            begin(stack_name, logical_id, "UPDATE")
        add_event(*about, status, reason, physical_id, detailed_status)

    def provision_told(kind, logical_id, props, stack_name):
        begin(stack_name, logical_id, "CREATE")
        return provision(kind, logical_id, props, stack_name)

    def update_told(kind, physical_id, old_props, new_props, stack_name, logical_id, *more):
        if old_props != new_props:
            begin(stack_name, logical_id, "UPDATE")
        return update(kind, physical_id, old_props, new_props, stack_name, logical_id, *more)

    stacks._add_event = add
    stacks._provision_keeping_seed = provision_told
    stacks._update_keeping_seed = update_told


# Who pushes images.


def know_who_pushes():
    """The registry hears requests that nobody has signed. So the password, which asks for no secrecy here, names account and region."""
    from ministack.core.responses import get_account_id, get_region, set_request_account_id, set_request_region
    from ministack.services import ecr

    token, handle = ecr._get_authorization_token, ecr.handle_registry_request

    def token_with_place(data):
        status, headers, body = token(data)
        answer = json.loads(body)
        password = base64.b64encode(f"AWS:{get_account_id()}/{get_region()}".encode()).decode()
        answer["authorizationData"][0]["authorizationToken"] = password
        return status, headers, json.dumps(answer).encode()

    async def handle_at_place(method, path, headers, body, query_params):
        given = {name.lower(): value for name, value in (headers or {}).items()}.get("authorization", "")
        try:
            scheme, credentials = given.split(" ", 1)
            user, place = base64.b64decode(credentials).decode().split(":", 1)
            account, region = place.split("/")
        except ValueError:
            refusal = {"errors": [{"code": "UNAUTHORIZED", "message": "log in with the token of GetAuthorizationToken"}]}
            challenge = {"Content-Type": "application/json", "WWW-Authenticate": 'Basic realm="local"'}
            return 401, challenge, json.dumps(refusal).encode()
        set_request_account_id(account)
        set_request_region(region)
        return await handle(method, path, headers, body, query_params)

    ecr._get_authorization_token = token_with_place
    ecr.handle_registry_request = handle_at_place


# Plausible names: what AWS would answer, as far as its shape goes.

EC2_PREFIXES = {
    "EgressOnlyInternetGateway": "eigw",
    "FlowLog": "fl",
    "NatGateway": "nat",
    "SecurityGroupEgress": "sgr",
    "SecurityGroupIngress": "sgr",
    "VPCCidrBlock": "vpc-cidr-assoc",
}


def made_up_id(kind, fact, logical_id, props, stack_name):
    token = secrets.token_hex(10)

    def part(name):
        if isinstance(props.get(name), (str, int)):
            return str(props[name])
        if name.endswith("Name"):
            return f"{stack_name}-{logical_id}-{token[:12]}"
        return text(kind, fact, name, token)

    return "|".join(part(name) for name in fact["ref"]) or token


def attributes(kind, fact, physical_id, props):
    """The same for the same physical id: what depends on a resource sees no change where there is none."""
    identity = dict(zip(fact["ref"], physical_id.split("|") if len(fact["ref"]) > 1 else [physical_id]))

    def attribute(name, value):
        if name in identity:
            return identity[name]
        if name in props:
            return props[name]
        return text(kind, fact, name, physical_id) if value is None else value

    return {name: attribute(name, value) for name, value in fact["attributes"].items()}


def text(kind, fact, name, seed):
    from ministack.core.responses import get_account_id, get_region

    service, resource = kind.split("::")[1:3]
    digest = hashlib.sha256(f"{kind}/{seed}".encode()).hexdigest()
    last = name.split(".")[-1]
    if last.lower().endswith("arn"):
        return f"arn:aws:{service.lower()}:{get_region()}:{get_account_id()}:{resource.lower()}/{digest[:16]}"
    if last.endswith("Ip"):
        return f"198.18.{int(digest[:2], 16)}.{int(digest[2:4], 16)}"
    if last.endswith("Port"):
        return "443"
    if last.endswith(("Address", "Endpoint", "DNSName", "DomainName", "HostName")):
        return f"{digest[:16]}.{service.lower()}.{get_region()}.local"
    if last.endswith(("Status", "State")):
        return "ACTIVE"
    if last.endswith(("Time", "Date", "Timestamp")):
        return "2026-01-01T00:00:00Z"
    if last in ("AccountId", "OwnerId"):
        return get_account_id()
    if service == "EC2":
        prefix = "eipalloc" if last == "AllocationId" else EC2_PREFIXES.get(resource, resource.lower())
        return f"{prefix}-{digest[:17]}"
    return digest[:12]


# What tests want to go wrong.


class Faults:
    """`ACCOUNT.json` in a directory says what goes wrong in that account from now on: a list of `{"at": a logical id or a resource
    type, "on": "create" | "update" | "delete", "fail": the reason}`; with `"hold": true` instead of a reason, the resource waits
    until the file no longer says so.
    """

    def __init__(self, directory):
        self.directory = directory

    def wanted(self):
        from ministack.core.responses import get_account_id

        if not self.directory:
            return []
        try:
            with open(os.path.join(self.directory, get_account_id() + ".json"), encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return []

    def are_wanted(self):
        return bool(self.wanted())

    def meet(self, verb, kind, logical_id):
        def here():
            return [fault for fault in self.wanted() if fault["at"] in (kind, logical_id) and fault["on"] == verb]

        while any(fault.get("hold") for fault in here()) and not STOPPING.is_set():
            time.sleep(0.02)
        for fault in here():
            if "fail" in fault:
                raise ValueError(fault["fail"])


if __name__ == "__main__":
    main()
