"""What every test gets: no settings from outside, and real servers when it asks for them."""

import os

from hypothesis import settings

pytest_plugins = [
    "tests.servers.chromium",
    "tests.servers.databases",
    "tests.servers.postgresql",
    "tests.servers.receiver",
    "tests.servers.smtp",
]

# A gate must not depend on luck or on how busy the machine is; look for new
# counterexamples with --hypothesis-profile=default.
settings.register_profile("vardtrad", deadline=None, derandomize=True)

for _name in [name for name in os.environ if name.startswith("VARDTRAD_")]:
    del os.environ[_name]
