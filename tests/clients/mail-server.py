"""A mail server for tests: prints the port it listens on, then a line of JSON for every mail that it accepts."""

import argparse
import asyncio
import email
import email.policy
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("--port", type=int, default=0)
options.add_argument("--certificate", help="PEM of certificate and key: STARTTLS is offered and required")
options.add_argument("--login", help="NAME:PASSWORD, required of every client")
options.add_argument("--refuse", help="an address for which nothing is accepted")
options = options.parse_args()


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address == options.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in mail.items()],
            "text": mail.get_content(),
            "encrypted": session.ssl is not None,
            "signedIn": bool(session.authenticated),
        }), flush=True)
        return "250 OK"


def accepts(server, session, envelope, mechanism, data):
    return AuthResult(success=f"{data.login.decode()}:{data.password.decode()}" == options.login, handled=False)


def connect():
    tls = None
    if options.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.certificate)
    return SMTP(Mailbox(), tls_context=tls, require_starttls=tls is not None, authenticator=accepts, auth_required=options.login is not None)


async def serve():
    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", options.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
