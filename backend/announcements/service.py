"""Writing announcements: each version makes its four texts from the settings in force."""

from __future__ import annotations

from backend.announcements import rules
from backend.announcements.bodies import AnnouncementArgs, AnnouncementBody
from backend.announcements.models import Announcement
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.writing import Item, Writing

WRITERS = ("ADM", "KTM", "BID")


class Announcements:
    """The room's handlers. ``url``: where the app is, without a slash at the end."""

    def __init__(self, directory: Directory, url: str) -> None:
        self._directory, self._url = directory, url.rstrip("/")

    async def write(self, w: Writing, item: Item) -> None:
        """``announcement.write``: a new announcement, or the next version of one."""
        args: AnnouncementArgs = item.args
        found = rules.fault(args.title, args.text)
        if found is not None:
            raise Refusal("invalid", found)
        tree = await self._directory.trees.get(w.session, w.agency)
        row = await w.session.get(Announcement, item.record)
        if row is None:
            row = Announcement(
                id=item.record, agency=w.agency, title="", text="", version=0, account="", name="", at=w.now
            )
            w.session.add(row)
        elif row.agency != w.agency:
            raise Refusal("not_found", "Pengumuman tidak ditemukan. Tulisan aman.")
        row.title, row.text, row.version = args.title.strip(), args.text.strip(), row.version + 1
        row.account, row.name, row.at = item.actor.account, item.actor.name, w.now
        self._publish(w, tree, row)
        await w.session.flush()

    async def publish(self, w: Writing, item: Item) -> None:
        """``announcement.publish``: everybody of the agency sees it in the app."""
        row = await w.session.get(Announcement, item.record)
        if row is None or row.agency != w.agency:
            raise Refusal("not_found", "Pengumuman tidak ditemukan. Tidak ada yang berubah.")
        row.published = row.published or w.now
        self._publish(w, await self._directory.trees.get(w.session, w.agency), row)
        await w.session.flush()

    def _publish(self, w: Writing, tree: Tree, row: Announcement) -> None:
        body = AnnouncementBody(
            title=row.title,
            text=row.text,
            outputs=rules.outputs(row.title, row.text, self._ways(w, tree)),
            version=row.version,
            author_name=row.name,
            at=wire(to_ms(row.at)),
            published_at=None if row.published is None else wire(to_ms(row.published)),
        )
        seen_by = {f"role:{role}@{tree.root}" for role in WRITERS} | {f"person:{row.account}"}
        w.publish("announcement", row.id, body, seen_by | ({f"agency:{w.agency}"} if row.published else set()))

    def _ways(self, w: Writing, tree: Tree) -> rules.Ways:
        settings = tree.settings_at(w.now)
        phone = str((settings.body.get("contacts") or {}).get("phone") or "")
        if not phone:
            sentence = "Nomor telepon layanan belum diatur, padahal wajib disebut."
            raise Refusal("state", f"{sentence} Tulisan aman. Minta pengelola mengisinya.")
        hours = rules.hours_in_words(settings.calendar.week, settings.calendar.zone)
        return rules.Ways(chat=f"{self._url}/tanya", phone=phone, hours=hours)
