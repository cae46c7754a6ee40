"""What every test of this judge starts from: a client found by DOCKER_HOST, busybox, and tidying up."""
import time
import unittest

import docker


class Judge(unittest.TestCase):
    def setUp(self):
        self.client = docker.from_env(timeout=120)
        self.addCleanup(self.client.close)

    def container(self, command="sleep 300", **options):
        """A container that runs in the background and goes with the test."""
        container = self.client.containers.run("busybox", command, detach=True, **options)
        self.addCleanup(self.remove, container)
        return container

    def remove(self, container):
        try:
            container.remove(force=True, v=True)
        except docker.errors.NotFound:
            pass

    def until(self, what, probe, limit=120):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            answer = probe()
            if answer:
                return answer
            time.sleep(0.02)
        self.fail(f"waited {limit} s in vain: {what}")
