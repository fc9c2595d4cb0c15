"""The part of the Kubernetes API that KubeSpawner uses, in memory (Kubernetes API reference, v1 Pod and
PersistentVolumeClaim). A pod runs at once, unless the tests say that it is refused."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import requests
from tornado.iostream import StreamClosedError
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler

from loopback import LoopbackServer

USER_NAME = "hub.jupyter.org/username"
LISTS = {"pods": "PodList", "persistentvolumeclaims": "PersistentVolumeClaimList", "events": "EventList"}


class Cluster:
    """Objects by kind and name, and everything that was created, in order."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in LISTS}
        self.created: list[tuple[str, dict[str, Any]]] = []
        self.refuses: Callable[[dict[str, Any]], bool] = lambda pod: False
        self.delays: Callable[[dict[str, Any]], bool] = lambda pod: False
        # What kernels were asked, and whose.
        self.cells: list[tuple[str, str]] = []
        self.version = 1
        self.watchers: list[tuple[str, asyncio.Queue[str]]] = []

    @property
    def pods(self) -> dict[str, dict[str, Any]]:
        return self.objects["pods"]

    @property
    def claims(self) -> dict[str, dict[str, Any]]:
        return self.objects["persistentvolumeclaims"]

    def last_pod(self) -> dict[str, Any]:
        return [body for kind, body in self.created if kind == "pods"][-1]

    def tell(self, kind: str, event: str, body: dict[str, Any]) -> None:
        for watched, queue in self.watchers:
            if watched == kind:
                queue.put_nowait(json.dumps({"type": event, "object": body}) + "\n")

    def create(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        self.version += 1
        body["metadata"] |= {"namespace": "jupyter", "uid": str(uuid4()), "resourceVersion": str(self.version)}
        self.created.append((kind, json.loads(json.dumps(body))))
        if kind == "pods":
            ready = [
                {
                    "name": each["name"],
                    "image": each["image"],
                    "imageID": "",
                    "ready": True,
                    "restartCount": 0,
                    "state": {"running": {}},
                }
                for each in body["spec"]["containers"]
            ]
            running = {"phase": "Running", "podIP": "127.0.0.1", "containerStatuses": ready}
            body["status"] = {"phase": "Pending"} if self.delays(body) else running
        self.objects[kind][body["metadata"]["name"]] = body
        self.tell(kind, "ADDED", body)
        return body

    def delete(self, kind: str, name: str) -> dict[str, Any] | None:
        body = self.objects[kind].pop(name, None)
        if body is not None:
            self.tell(kind, "DELETED", body)
        return body


class Collection(RequestHandler):
    def initialize(self, cluster: Cluster) -> None:
        self.cluster = cluster

    async def get(self, kind: str) -> None:
        self.set_header("content-type", "application/json")
        if self.get_argument("watch", "").lower() == "true":
            await self.watch(kind)
            return
        items = list(self.cluster.objects[kind].values())
        metadata = {"resourceVersion": str(self.cluster.version)}
        self.write({"kind": LISTS[kind], "apiVersion": "v1", "metadata": metadata, "items": items})

    async def watch(self, kind: str) -> None:
        queue: asyncio.Queue[str] = asyncio.Queue()
        since = int(self.get_argument("resourceVersion", "0"))
        missed = [
            body for body in self.cluster.objects[kind].values() if int(body["metadata"]["resourceVersion"]) > since
        ]
        for body in missed:
            queue.put_nowait(json.dumps({"type": "ADDED", "object": body}) + "\n")
        self.cluster.watchers.append((kind, queue))
        end = asyncio.get_running_loop().time() + int(self.get_argument("timeoutSeconds", "10"))
        try:
            await self.flush()
            while (left := end - asyncio.get_running_loop().time()) > 0:
                self.write(await asyncio.wait_for(queue.get(), left))
                await self.flush()
        except (TimeoutError, StreamClosedError):
            # The watch is over; the client begins another one.
            pass
        finally:
            self.cluster.watchers.remove((kind, queue))

    def post(self, kind: str) -> None:
        body = json.loads(self.request.body)
        if body["metadata"]["name"] in self.cluster.objects[kind]:
            refuse(self, 409, "AlreadyExists")
        elif invalid := list(invalid_names(body)):
            refuse(self, 422, "Invalid", f"invalid: {invalid}")
        elif kind == "pods" and self.cluster.refuses(body):
            refuse(self, 403, "Forbidden", "exceeded quota")
        else:
            self.set_status(201)
            self.write(self.cluster.create(kind, body))


class Item(RequestHandler):
    def initialize(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def get(self, kind: str, name: str) -> None:
        body = self.cluster.objects[kind].get(name)
        refuse(self, 404, "NotFound") if body is None else self.write(body)

    def delete(self, kind: str, name: str) -> None:
        body = self.cluster.delete(kind, name)
        refuse(self, 404, "NotFound") if body is None else self.write(body)


def invalid_names(body: dict[str, Any]) -> Iterator[str]:
    """What Kubernetes would refuse of names and label values ("Object Names and IDs", "Labels and Selectors")."""
    label = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
    subdomain = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
    value = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
    names = [(subdomain, body["metadata"]["name"])]
    names += [(value, each) for each in body["metadata"].get("labels", {}).values()]
    names += [(label, volume["name"]) for volume in body["spec"].get("volumes", [])]
    return (name for pattern, name in names if not pattern.fullmatch(name))


def refuse(handler: RequestHandler, code: int, reason: str, message: str = "") -> None:
    """Answers with a Status object (Kubernetes API reference, meta/v1 Status)."""
    handler.set_status(code)
    status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code}
    handler.write(status | {"message": message or reason})


def kubernetes_api(cluster: Cluster) -> LoopbackServer:
    path = f"/api/v1/namespaces/jupyter/({'|'.join(LISTS)})"
    handlers = [(path, Collection, {"cluster": cluster}), (f"{path}/([^/]+)", Item, {"cluster": cluster})]
    return LoopbackServer(Application(handlers))


class Notebook(RequestHandler):
    """What the hub asks a new server: whether it answers."""

    def get(self) -> None:
        self.set_header("X-JupyterHub-Version", "5.5.0")
        self.write({"version": "2.17.0"})


async def let_in(cluster: Cluster, handler: RequestHandler, user: str) -> None:
    """Lets in whom the hub gave a scope that the server's environment names, as JupyterHub's own server does ("How the
    single-user server authenticates the user with the Hub").

    :raises HTTPError: 403
    """
    (pod,) = [each for each in cluster.pods.values() if each["metadata"]["annotations"][USER_NAME] == user]
    environment = {each["name"]: each.get("value") for each in pod["spec"]["containers"][0]["env"]}
    answer = await asyncio.to_thread(
        requests.get,
        f"{environment['JUPYTERHUB_API_URL']}/user",
        headers={"Authorization": handler.request.headers.get("Authorization", "")},
        timeout=30,
    )
    scopes = answer.json().get("scopes", [])
    if not set(json.loads(environment["JUPYTERHUB_OAUTH_ACCESS_SCOPES"])) & set(scopes):
        raise HTTPError(403, "Forbidden")


class Kernels(RequestHandler):
    """Makes a kernel (Jupyter Server, "The REST API")."""

    def initialize(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def check_xsrf_cookie(self) -> None:
        """Requests with a token need none."""

    async def post(self, user: str) -> None:
        await let_in(self.cluster, self, user)
        self.set_status(201)
        self.write({"id": str(uuid4()), "name": "python3"})


class Channels(WebSocketHandler):
    """Answers one cell (Jupyter client, "Messaging in Jupyter")."""

    def initialize(self, cluster: Cluster) -> None:
        self.cluster = cluster

    async def prepare(self) -> None:
        await let_in(self.cluster, self, self.path_args[0])

    def on_message(self, message: str | bytes) -> None:
        header = json.loads(message)["header"]
        code = json.loads(message)["content"]["code"]
        self.cluster.cells.append((self.path_args[0], code))
        texts = {"print(6*7)": "42\n"}
        for kind, content in (("stream", {"text": texts[code]}), ("status", {"execution_state": "idle"})):
            self.write_message({"header": {"msg_type": kind}, "parent_header": header, "content": content})


def notebook_server(cluster: Cluster) -> LoopbackServer:
    kernels = r"/user/([^/]+)/api/kernels"
    handlers = [(kernels, Kernels, {"cluster": cluster}), (f"{kernels}/[^/]+/channels", Channels, {"cluster": cluster})]
    return LoopbackServer(Application([*handlers, (".*", Notebook)]))
