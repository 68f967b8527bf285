"""The command `vardtrad`: each subcommand calls the same operations as the pages."""

import click

from web.commands.accounts import administrator
from web.commands.deadline import deadline
from web.commands.demo import demo
from web.commands.earlier_cases import import_
from web.commands.export import export
from web.commands.log import log
from web.commands.roster import roster
from web.commands.running import migrate, serve, sweep, web, worker
from web.commands.tokens import token
from web.commands.webhooks import webhook
from web.commands.workflow import workflow


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vardtrad")
def main() -> None:
    """Vårdtråd: ärenden med frister för kommunal hälso- och sjukvård."""


for command in (
    serve, web, worker, sweep, migrate, demo, deadline, workflow, log, administrator, roster, token,
    import_, webhook, export,
):  # fmt: skip
    main.add_command(command)
