import io
import tarfile
import threading

import docker

from judge import Judge


def tar_of(name, content):
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return whole.getvalue()


class Containers(Judge):
    def test_run_answers_output(self):
        self.assertEqual(self.client.containers.run("busybox", "echo hello", remove=True), b"hello\n")
        both = self.client.containers.run(
            "busybox", ["sh", "-c", "echo out; echo err >&2"], remove=True, stderr=True
        )
        # Two pipes: which is read first is nobody's promise.
        self.assertEqual(sorted(both.splitlines()), [b"err", b"out"])

    def test_run_that_fails_raises(self):
        with self.assertRaises(docker.errors.ContainerError) as caught:
            self.client.containers.run("busybox", ["sh", "-c", "echo why >&2; exit 3"], remove=True)
        self.assertEqual(caught.exception.exit_status, 3)
        self.assertIn(b"why", caught.exception.stderr)

    def test_run_streams(self):
        stream = self.client.containers.run(
            "busybox", ["sh", "-c", "echo a; echo b"], stream=True, remove=True
        )
        self.assertEqual(b"".join(stream), b"a\nb\n")

    def test_attributes(self):
        container = self.container(
            name="py-attributes", labels={"who": "judge"}, environment={"A": "1"}, hostname="named"
        )
        self.assertEqual(container.name, "py-attributes")
        self.assertEqual(container.labels["who"], "judge")
        self.assertIn("busybox:latest", container.image.tags)
        container.reload()
        self.assertEqual(container.status, "running")
        self.assertIn("A=1", container.attrs["Config"]["Env"])
        self.assertEqual(self.client.containers.get(container.short_id).id, container.id)

    def test_logs(self):
        # The channels are two pipes: each line waits until the one before was seen.
        wait = "until [ -e /$n ]; do sleep 0.05; done"
        script = f"echo one; n=2; {wait}; echo two >&2; n=3; {wait}; echo three"
        container = self.container(["sh", "-c", script])
        for seen, go in ((b"one\n", "/2"), (b"two\n", "/3")):
            self.until(go, lambda: seen in container.logs())
            container.exec_run(["touch", go])
        container.wait()
        self.assertEqual(container.logs(), b"one\ntwo\nthree\n")
        self.assertEqual(container.logs(stderr=False), b"one\nthree\n")
        self.assertEqual(container.logs(tail=1), b"three\n")
        self.assertRegex(container.logs(timestamps=True, tail=1), rb"^\d{4}-\d\d-\d\dT.*Z three\n$")

    def test_logs_are_followed(self):
        container = self.container(["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done"])
        self.assertEqual(b"".join(container.logs(stream=True, follow=True)), b"1\n2\n3\n")

    def test_exec(self):
        container = self.container()
        code, output = container.exec_run(["sh", "-c", "echo out; echo err >&2; exit 4"], demux=True)
        self.assertEqual((code, output), (4, (b"out\n", b"err\n")))
        code, output = container.exec_run(
            ["sh", "-c", "id -un; pwd; echo $A"], user="nobody", workdir="/tmp", environment={"A": "b"}
        )
        self.assertEqual(output, b"nobody\n/tmp\nb\n")
        _, stream = container.exec_run(["sh", "-c", "echo a; echo b"], stream=True)
        self.assertEqual(b"".join(stream), b"a\nb\n")
        self.assertIn(b"/dev/pts", container.exec_run("tty", tty=True).output)

    def test_exec_with_a_socket(self):
        container = self.container()
        api = self.client.api
        made = api.exec_create(container.id, "cat", stdin=True)
        sock = api.exec_start(made["Id"], socket=True)
        sock._sock.sendall(b"typed\n")
        header = sock.read(8)
        self.assertEqual(header[0], 1)
        self.assertEqual(sock.read(header[7]), b"typed\n")
        sock._sock.close()

    def test_attach(self):
        container = self.client.containers.create("busybox", ["sh", "-c", "echo attached"])
        self.addCleanup(self.remove, container)
        stream = container.attach(stream=True, logs=True)
        container.start()
        self.assertEqual(b"".join(stream), b"attached\n")

    def test_attach_socket(self):
        container = self.client.containers.create("busybox", "cat", stdin_open=True, tty=True)
        self.addCleanup(self.remove, container)
        sock = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
        container.start()
        container.resize(height=30, width=90)
        sock._sock.sendall(b"typed\n\x04")
        seen = b""
        while True:
            part = sock._sock.recv(4096)
            if not part:
                break
            seen += part
        sock._sock.close()
        self.assertIn(b"typed", seen)
        self.assertEqual(container.wait()["StatusCode"], 0)

    def test_stop_start_restart_kill_wait(self):
        container = self.container(["sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.05; done"])
        self.until("the trap", lambda: container.top()["Processes"])
        container.pause()
        container.reload()
        self.assertEqual(container.status, "paused")
        container.unpause()
        container.kill()
        self.assertEqual(container.wait()["StatusCode"], 137)
        container.start()
        container.restart(timeout=0)
        container.stop(timeout=0)
        container.reload()
        self.assertEqual(container.status, "exited")

    def test_wait_until_removed(self):
        container = self.client.containers.create("busybox", ["sh", "-c", "exit 5"], auto_remove=True)
        result = {}
        waiter = threading.Thread(target=lambda: result.update(container.wait(condition="removed", timeout=120)))
        # Its answer begins as soon as the engine has heard it.
        heard = threading.Event()

        def hear(answer, **_):
            if answer.url.partition("?")[0].endswith("/wait"):
                heard.set()

        self.client.api.hooks["response"].append(hear)
        waiter.start()
        self.assertTrue(heard.wait(120))
        container.start()
        waiter.join(120)
        self.assertEqual(result.get("StatusCode"), 5)

    def test_stats_and_top(self):
        container = self.container(mem_limit="64m")
        stats = container.stats(stream=False)
        self.assertEqual(stats["memory_stats"]["limit"], 64 << 20)
        stream = container.stats(decode=True)
        self.assertEqual(next(stream)["id"], container.id)
        stream.close()
        self.assertIn("sleep 300", str(container.top()["Processes"]))

    def test_rename_and_update(self):
        container = self.container(name="py-before")
        container.rename("py-after")
        container.update(mem_limit="64m", memswap_limit="128m", cpu_shares=300)
        container.reload()
        self.assertEqual(container.name, "py-after")
        self.assertEqual(container.attrs["HostConfig"]["Memory"], 64 << 20)
        self.assertEqual(container.attrs["HostConfig"]["CpuShares"], 300)

    def test_files_in_and_out(self):
        container = self.container()
        self.assertTrue(container.put_archive("/tmp", tar_of("note", b"written\n")))
        self.assertEqual(container.exec_run("cat /tmp/note").output, b"written\n")
        bits, stat = container.get_archive("/tmp/note")
        self.assertEqual(stat["name"], "note")
        self.assertEqual(stat["size"], 8)
        with tarfile.open(fileobj=io.BytesIO(b"".join(bits))) as tar:
            self.assertEqual(tar.extractfile("note").read(), b"written\n")
        with self.assertRaises(docker.errors.NotFound):
            container.get_archive("/nowhere")

    def test_diff_commit_export(self):
        container = self.container(["sh", "-c", "echo kept > /note"])
        container.wait()
        self.assertEqual(container.diff(), [{"Path": "/note", "Kind": 1}])
        image = container.commit(repository="py-commit", tag="v1", changes="CMD cat /note")
        self.addCleanup(self.client.images.remove, "py-commit:v1", force=True)
        self.assertEqual(image.tags, ["py-commit:v1"])
        self.assertEqual(self.client.containers.run("py-commit:v1", remove=True), b"kept\n")
        with tarfile.open(fileobj=io.BytesIO(b"".join(container.export()))) as tar:
            self.assertEqual(tar.extractfile("note").read(), b"kept\n")

    def test_list(self):
        running = self.container(labels=["py-list"])
        ended = self.container("false", labels=["py-list"])
        ended.wait()

        def alone():
            # Docker's list may lag behind its wait.
            listed = self.client.containers.list(filters={"label": "py-list"})
            return [one.id for one in listed] == [running.id]

        self.until("one to be listed", alone)
        listed = self.client.containers.list(all=True, filters={"label": "py-list"})
        self.assertEqual([one.id for one in listed], [ended.id, running.id])
        listed = self.client.containers.list(all=True, filters={"exited": 1, "label": "py-list"})
        self.assertEqual([one.id for one in listed], [ended.id])
        self.assertIn(running.id, [one.id for one in self.client.containers.list(since=None, limit=5)])

    def test_health(self):
        second = 1_000_000_000
        container = self.container(
            healthcheck={"test": ["CMD", "true"], "interval": second // 10, "timeout": second, "retries": 2}
        )

        def healthy():
            container.reload()
            return container.attrs["State"]["Health"]["Status"] == "healthy"

        self.until("health", healthy)

    def test_settings(self):
        container = self.container(
            cap_drop=["ALL"],
            read_only=True,
            tmpfs={"/run": "size=1m"},
            ulimits=[docker.types.Ulimit(name="nofile", soft=50, hard=60)],
            extra_hosts={"other": "10.1.2.3"},
            dns=["10.9.9.9"],
            pids_limit=20,
            nano_cpus=500_000_000,
            init=True,
            log_config=docker.types.LogConfig(type="json-file", config={"max-size": "1m"}),
            restart_policy={"Name": "on-failure", "MaximumRetryCount": 3},
        )
        show = "exec 2>&1; ulimit -n; grep CapEff /proc/self/status; grep other /etc/hosts; touch /x; touch /run/x && echo yes"
        output = container.exec_run(["sh", "-c", show]).output.decode()
        self.assertRegex(output, r"^50\nCapEff:\s0+\n10\.1\.2\.3\s+other\n.*Read-only file system\nyes\n$")
        self.assertEqual(container.attrs["HostConfig"]["RestartPolicy"]["MaximumRetryCount"], 3)

    def test_ports(self):
        container = self.container("httpd -f -p 80", ports={"80/tcp": None, "81/udp": ("127.0.0.1", 18181)})
        container.reload()
        self.assertRegex(container.ports["80/tcp"][0]["HostPort"], r"^\d+$")
        self.assertEqual(container.ports["81/udp"], [{"HostIp": "127.0.0.1", "HostPort": "18181"}])

    def test_mistakes(self):
        with self.assertRaises(docker.errors.NotFound):
            self.client.containers.get("nowhere")
        with self.assertRaises(docker.errors.ImageNotFound):
            self.client.containers.create("there-is-none")
        self.container(name="py-taken")
        with self.assertRaises(docker.errors.APIError) as caught:
            self.client.containers.create("busybox", name="py-taken")
        self.assertEqual(caught.exception.status_code, 409)

    def test_prune(self):
        container = self.container("true", labels=["py-prune"])
        container.wait()
        pruned = self.client.containers.prune(filters={"label": "py-prune"})
        self.assertEqual(pruned["ContainersDeleted"], [container.id])
