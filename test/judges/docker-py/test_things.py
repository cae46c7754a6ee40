import io
import time

import docker

from judge import Judge


class Things(Judge):
    def test_engine(self):
        self.assertTrue(self.client.ping())
        self.assertEqual(self.client.version()["Os"], "linux")
        self.assertEqual(self.client.info()["OSType"], "linux")
        self.assertTrue(any("busybox:latest" in (image["RepoTags"] or []) for image in self.client.df()["Images"]))

    def test_images(self):
        image = self.client.images.get("busybox")
        self.assertIn("busybox:latest", image.tags)
        self.assertEqual(image.history()[0]["Id"], image.id)
        self.assertTrue(image.tag("judge.example/py", tag="v1"))
        image.reload()
        self.assertIn(image.id, [one.id for one in self.client.images.list(name="judge.example/py")])
        saved = b"".join(image.save(named="judge.example/py:v1"))
        self.client.images.remove("judge.example/py:v1")
        with self.assertRaises(docker.errors.ImageNotFound):
            self.client.images.get("judge.example/py:v1")
        loaded = self.client.images.load(saved)
        self.assertEqual([one.id for one in loaded], [image.id])
        self.client.images.remove("judge.example/py:v1")
        listed = self.client.images.list(filters={"dangling": False})
        self.assertIn(image.id, [one.id for one in listed])

    def test_import(self):
        source = self.client.containers.create("busybox")
        self.addCleanup(self.remove, source)
        tar = b"".join(source.export())
        answer = self.client.api.import_image_from_data(tar, repository="py-flat", tag="1")
        self.assertIn("sha256:", answer)
        self.addCleanup(self.client.images.remove, "py-flat:1")
        self.assertEqual(self.client.containers.run("py-flat:1", "echo flat", remove=True), b"flat\n")

    def test_image_prune(self):
        source = self.container(["sh", "-c", "echo x > /x"])
        source.wait()
        image = source.commit()
        pruned = self.client.images.prune(filters={"dangling": True})
        self.assertIn({"Deleted": image.id}, pruned["ImagesDeleted"])

    def test_volumes(self):
        volume = self.client.volumes.create("py-vol", driver="local", labels={"kind": "judged"})
        self.addCleanup(lambda: self.client.volumes.prune())
        options = {"volumes": {"py-vol": {"bind": "/data", "mode": "rw"}}, "remove": True}
        self.client.containers.run("busybox", ["sh", "-c", "echo shared > /data/x"], **options)
        self.assertEqual(self.client.containers.run("busybox", "cat /data/x", **options), b"shared\n")
        self.assertEqual([one.name for one in self.client.volumes.list(filters={"label": "kind"})], ["py-vol"])
        user = self.container(volumes=["py-vol:/data:ro"])
        self.assertNotEqual(user.exec_run("touch /data/y").exit_code, 0)
        with self.assertRaises(docker.errors.APIError) as caught:
            volume.remove()
        self.assertEqual(caught.exception.status_code, 409)
        user.remove(force=True)
        volume.remove()
        with self.assertRaises(docker.errors.NotFound):
            self.client.volumes.get("py-vol")

    def test_mounts(self):
        container = self.container(
            mounts=[
                docker.types.Mount("/scratch", None, type="tmpfs", tmpfs_size="1m"),
                docker.types.Mount("/data", "py-mount", labels={"made": "by mount"}),
            ]
        )
        kinds = {mount["Destination"]: mount["Type"] for mount in container.attrs["Mounts"]}
        container.reload()
        kinds = {mount["Destination"]: mount["Type"] for mount in container.attrs["Mounts"]}
        self.assertEqual(kinds, {"/scratch": "tmpfs", "/data": "volume"})
        container.remove(force=True)
        self.client.volumes.get("py-mount").remove()

    def test_networks(self):
        pool = docker.types.IPAMPool(subnet="10.88.7.0/24", gateway="10.88.7.1")
        network = self.client.networks.create(
            "py-net", driver="bridge", ipam=docker.types.IPAMConfig(pool_configs=[pool]), labels={"kind": "judged"}
        )
        self.addCleanup(self.client.networks.prune)
        server = self.container("httpd -f -p 80 -h /etc", network="py-net", name="py-server")
        client = self.container()
        network.connect(client, aliases=["asker"], ipv4_address="10.88.7.9")
        self.until("the server", lambda: client.exec_run("wget -q -O - http://py-server/group").exit_code == 0)
        self.assertIn(b"10.88.7.9", server.exec_run("nslookup asker").output)
        network.reload()
        self.assertEqual({one.id for one in network.containers}, {server.id, client.id})
        network.disconnect(client)
        with self.assertRaises(docker.errors.APIError):
            network.remove()
        server.remove(force=True)
        network.remove()
        with self.assertRaises(docker.errors.NotFound):
            self.client.networks.get("py-net")
        self.assertEqual(len(self.client.networks.list(names=["bridge"])), 1)

    def test_events(self):
        since = int(time.time()) - 1
        events = self.client.events(since=since, decode=True, filters={"type": "container", "label": "py-told"})
        container = self.container("true", labels=["py-told"])
        container.wait()
        container.remove()
        seen = []
        for event in events:
            seen.append(event["Action"])
            if event["Action"] == "destroy":
                break
        events.close()
        self.assertEqual([one for one in seen if one != "attach"], ["create", "start", "die", "destroy"])
        past = self.client.events(since=since, until=int(time.time()) + 1, decode=True, filters={"type": "volume"})
        self.assertIsInstance(list(past), list)

    def test_without_a_swarm(self):
        with self.assertRaises(docker.errors.APIError) as caught:
            self.client.services.list()
        self.assertEqual(caught.exception.status_code, 503)
