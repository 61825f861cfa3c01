"""The faults of the server's engine. Tests are named on one database where they run on both."""

from tests.sabotage.fault import Edit, Sabotage

_PULL = "tests/sync/test_pull.py::"
_PUSH = "tests/sync/test_push.py::"
_FIRE = "tests/sync/test_once_under_fire.py::"
_GAP = "tests/sync/test_no_gap.py::"
_RULES = "tests/sync/test_rules.py::"
_DEFER = "tests/sync/test_deferral.py::"

SERVER = (
    Sabotage(
        "check-then-insert for ids",
        "I1",
        "looks whether an id is known and takes it for new if not, instead of asking the unique constraint",
        (
            Edit(
                "sync/intake.py",
                "    todo = sorted(fresh)\n",
                "    todo = sorted(set(fresh) - await _existing(w, sorted(fresh)))\n",
            ),
            Edit(
                "sync/intake.py",
                "        new = {row[0] for row in found}\n",
                '        new = {row["id"] for row in rows}\n',
            ),
        ),
        (_FIRE + "test_one_item_from_sixteen_phones_of_its_author_takes_one_effect[postgres]",),
    ),
    Sabotage(
        "ids remembered before the effect",
        "I1",
        "commits the ids in a transaction of their own, so that a crash leaves them known and without effect",
        (
            Edit(
                "sync/intake.py",
                "        if not todo:\n            return claimed\n",
                "        if not todo:\n"
                '            await w.store.run(w.connection, "COMMIT")\n'
                '            await w.store.run(w.connection, "BEGIN")\n'
                "            return claimed\n",
            ),
        ),
        (_FIRE + "test_a_crash_and_a_resend_take_one_effect[sqlite-before_commit]",),
    ),
    Sabotage(
        "same id, other text accepted",
        "I1",
        "answers a known id from memory without comparing the hash of its text",
        (Edit("sync/push.py", " or (hash != one.hash and not withdrawn)", ""),),
        (_PUSH + "test_same_id_with_another_text_shows_nothing[sqlite]",),
    ),
    Sabotage(
        "duplicate without its first receipt",
        "I1",
        "gives an answer from memory another receipt than the first answer had",
        (
            Edit(
                "sync/push.py",
                'answer.status, answer.first, answer.receipt = "duplicate", status, receipt',
                'answer.status, answer.first, answer.receipt = "duplicate", status, answer.id[-8:].upper()',
            ),
        ),
        (_PUSH + "test_resent_item_is_a_duplicate_with_the_first_receipt[sqlite]",),
    ),
    Sabotage(
        "answer in spite of a failed commit",
        "I2",
        "takes a fault of disk or connection at the commit for passed, and answers `applied`",
        (
            Edit(
                "sync/engine.py",
                '            await self.faults.reach("before_commit")\n',
                "            try:\n"
                '                await self.faults.reach("before_commit")\n'
                "            except OSError:\n"
                "                await connection.rollback()\n",
            ),
        ),
        (_FIRE + "test_a_fault_of_the_house_fails_the_batch_as_busy[sqlite-OSError('disk')]",),
    ),
    Sabotage(
        "epoch ignored",
        "I3",
        "goes on with a cursor from before a restored backup",
        (Edit("sync/pull.py", "cursor.epoch != epoch[:8] or ", ""),),
        (_PULL + "test_after_an_announced_restore_no_number_means_two_things[sqlite]",),
    ),
    Sabotage(
        "cursor from the future believed",
        "I3",
        "does not notice that a cursor is ahead of the counter, which proves a restore that nobody announced",
        (Edit("sync/pull.py", "if cursor is not None and cursor.feed > last:", "if cursor is None and given:"),),
        (_PULL + "test_an_unannounced_restore_is_found_out_by_a_cursor_ahead_of_the_counter[sqlite]",),
    ),
    Sabotage(
        "cursor by `updated_at`",
        "I4",
        "orders the feed by the time of the change, and reads on from the newest time seen",
        (
            Edit("sync/feed.py", "r.feed + {first}, r.live, {now} FROM", "{now}, r.live, {now} FROM"),
            Edit("sync/pull.py", "last, epoch, horizon = counter[0][0], ", "last, epoch, horizon = 2**62, "),
            Edit(
                "sync/pull.py",
                "page.feed = last if not page.more else (reached if reached is not None else rows[-1][0])",
                "page.feed = rows[-1][0] if rows else cursor.feed",
            ),
        ),
        (_GAP + "test_the_feed_sees_what_was_begun_first_and_committed_last",),
    ),
    Sabotage(
        "feed number taken first",
        "I4",
        "takes the feed numbers when the transaction begins, as a sequence would, and lets go of the counter",
        (
            Edit(
                "sync/engine.py",
                '        """A transaction that publishes without a mutation: imports, demo data, settings. No retries."""\n',
                "        async with self.database.writing() as early:\n"
                "            taken = await self.store.run(early, feed._TAKE, count=9, agency=agency)\n",
            ),
            Edit(
                "sync/engine.py",
                "            yield w\n            await w.flush()\n",
                "            w.taken = taken\n            yield w\n            await w.flush()\n",
            ),
            Edit(
                "sync/feed.py",
                '_TAKE = "UPDATE sync_counter SET feed = feed + :count WHERE agency = :agency RETURNING feed, epoch"',
                '_TAKE = "UPDATE sync_counter SET feed = feed + :count WHERE agency = :agency RETURNING feed, epoch"\n'
                '_HELD = "SELECT CAST(:held AS bigint) AS feed, epoch FROM sync_counter WHERE agency = :agency"',
            ),
            Edit("sync/feed.py", 'f"WITH taken AS ({_TAKE}), records', 'f"WITH taken AS ({_HELD}), records'),
            Edit(
                "sync/feed.py",
                "        agency=w.agency,\n        count=len(prepared.keys),\n",
                "        agency=w.agency,\n        held=w.taken[0][0],\n        count=len(prepared.keys),\n",
            ),
        ),
        (_GAP + "test_the_feed_sees_what_was_begun_first_and_committed_last",),
    ),
    Sabotage(
        "deferred work never woken",
        "I5",
        "leaves what waited for a mutation to its phone, and forgets to run it when that mutation arrives",
        (
            Edit(
                "sync/push.py",
                "wake = await intake.waiting_for(self.w, freed) if freed else []",
                "wake: list[str] = []",
            ),
        ),
        (_DEFER + "test_an_item_waits_for_what_it_names_and_runs_when_that_arrives[sqlite]",),
    ),
    Sabotage(
        "account of the batch not compared",
        "I6",
        "books a batch on whoever the session's cookie belongs to now",
        (Edit("sync/engine.py", "            if batch.account != viewer.account:\n", "            if False:\n"),),
        (_PUSH + "test_batch_of_another_account_is_not_read[sqlite]",),
    ),
    Sabotage(
        "cursor not verified",
        "I6",
        "reads whatever cursor comes, forged or another account's",
        (Edit("sync/cursor.py", "if not hmac.compare_digest(_mac(key, account, payload), mac):", "if not mac:"),),
        (_PULL + "test_forged_foreign_and_garbled_cursors_are_refused[sqlite]",),
    ),
    Sabotage(
        "lost audience not taken back",
        "I6",
        "fills in what a new role may see, and leaves on the phone what the old one saw",
        (Edit("sync/pull.py", "            lost = held - mine\n", "            lost = set[int]()\n"),),
        (_PULL + "test_gained_audiences_are_filled_in_and_lost_ones_taken_back_without_a_reset[sqlite-3]",),
    ),
    Sabotage(
        "present record shown to anybody",
        "I6",
        "puts the server's record beside a conflict without asking whether its author may still see it",
        (
            Edit(
                "sync/push.py",
                "if record is not None and not record.deleted and record.audiences & self.viewer.audiences:",
                "if record is not None and not record.deleted:",
            ),
        ),
        ("tests/sync/test_mine_only.py::test_a_conflict_shows_nothing_that_its_author_may_no_longer_see[sqlite]",),
    ),
    Sabotage(
        "existence told to strangers",
        "I6",
        "answers `forbidden` also for a record that the person may not see",
        (Edit("sync/judge.py", '"forbidden" if visible else "not_found"', '"forbidden"'),),
        (_RULES + "test_what_one_may_not_see_is_not_found[sqlite]",),
    ),
    Sabotage(
        "age as a final answer",
        "I7",
        "rejects what waited for five days, instead of forgetting it so that its phone makes it new",
        (
            Edit(
                "sync/retention.py",
                '"DELETE FROM sync_mutation WHERE id IN (SELECT id',
                "\"UPDATE sync_mutation SET status = 'rejected', code = 'too_old' WHERE id IN (SELECT id",
            ),
        ),
        (_DEFER + "test_after_five_days_content_and_id_are_forgotten_and_the_phone_makes_it_new[sqlite]",),
    ),
    Sabotage(
        "fault of the house as a final no",
        "I7",
        "rejects what cannot be stored just now, instead of answering `busy`",
        (
            Edit(
                "sync/engine.py",
                '                    raise ProtocolRefusal("busy", "Server sedang sibuk.", retry_after_ms=5000) from error\n',
                '                    raise ProtocolRefusal("malformed", "Kiriman ditolak.") from error\n',
            ),
        ),
        (_FIRE + "test_a_fault_of_the_house_fails_the_batch_as_busy[sqlite-OSError('disk')]",),
    ),
    Sabotage(
        "savepoint fall-back missing",
        "I8",
        "lets one item on which a handler fails send the whole batch back, for ever",
        (
            Edit(
                "sync/engine.py",
                '                    log.warning("push_redone_carefully", error=type(error).__name__)\n'
                "                    careful = True\n",
                '                    raise ProtocolRefusal("busy", "Server sedang sibuk.", retry_after_ms=5000) from error\n',
            ),
        ),
        (_PUSH + "test_a_defect_sets_one_item_aside_and_the_rest_goes_through[sqlite]",),
    ),
    Sabotage(
        "a loser fails its whole statement",
        "I8",
        "answers every item of a set-based insert as the one that met a taken natural key",
        (
            Edit(
                "sync/apply.py",
                "self._settle(item, _appended(item), mine)",
                "self._settle(item, replace(_appended(next((o for o in ready if o.lost), item)), id=item.id), mine)",
            ),
            Edit(
                "sync/apply.py",
                "from datetime import datetime\n",
                "from dataclasses import replace\nfrom datetime import datetime\n",
            ),
        ),
        (_PUSH + "test_natural_key_has_one_winner_the_lower_number[sqlite]",),
    ),
    Sabotage(
        "order of arrival instead of `seq`",
        "I8",
        "runs the items of a batch as they stand in it",
        (Edit("sync/waves.py", "key=lambda item: (item.seq or 0, item.id)", "key=lambda item: 0"),),
        (_PUSH + "test_natural_key_has_one_winner_the_lower_number[sqlite]",),
    ),
    Sabotage(
        "record overwritten unseen",
        "I7",
        "publishes a record over what another transaction made of it after it was read",
        (
            Edit(
                "sync/writing.py",
                "            if key in self._known and _version(known) != _version(record):\n",
                "            if False:\n",
            ),
            Edit(
                "sync/feed.py",
                '"change = excluded.change WHERE sync_record.version < excluded.version"',
                '"change = excluded.change"',
            ),
        ),
        (_FIRE + "test_records_read_without_a_lock_are_never_overwritten_unseen[postgres]",),
    ),
    Sabotage(
        "command over a stale view",
        "I8",
        "runs a step of a state machine whatever happened since its author looked",
        (Edit("sync/apply.py", "            await self.judge.check_seen(item)\n", "            pass\n"),),
        (_RULES + "test_a_command_over_a_stale_view_is_a_conflict[sqlite]",),
    ),
    Sabotage(
        "last write wins",
        "I7",
        "takes the phone's field although somebody else changed it meanwhile",
        (Edit("sync/merge.py", "            conflicts.extend(names)\n", "            changes.update(result)\n"),),
        (_RULES + "test_the_same_field_changed_on_both_sides_is_a_conflict_and_nothing_is_applied[sqlite]",),
    ),
    Sabotage(
        "dependency not awaited",
        "I8",
        "runs an item although what it names has not arrived",
        (Edit("sync/judge.py", "waits = await self.dependencies(item) if item.depends_on else None", "waits = None"),),
        (
            _DEFER + "test_an_item_waits_for_what_it_names_and_runs_when_that_arrives[sqlite]",
            _DEFER + "test_what_named_a_failed_item_ends_by_its_rule[sqlite]",
        ),
    ),
    Sabotage(
        "late copy of a withdrawn item",
        "I7",
        "forgets a withdrawal of what had not come yet, so that it takes effect when it comes",
        (
            Edit(
                "sync/withdrawal.py",
                "    inserted = await w.store.run(\n        w.connection,\n",
                "    inserted = [(mutation,)] or await w.store.run(\n        w.connection,\n",
            ),
        ),
        (_DEFER + "test_a_late_copy_of_a_withdrawn_unknown_item_has_no_effect[sqlite]",),
    ),
    Sabotage(
        "missing numbers not told",
        "I9",
        "keeps the gaps in a device's numbers to itself",
        (Edit("sync/devices.py", "    return gaps[:MAX_RANGES]\n", "    return []\n"),),
        (_PUSH + "test_missing_and_voided_numbers[sqlite]",),
    ),
    Sabotage(
        "numbers counted by the highest",
        "I9",
        "takes every number up to the highest one that came for received",
        (
            Edit(
                "sync/devices.py",
                "    gaps = without(device.gaps, {*answered, *device.voided})\n",
                "    done = max([*answered, *device.voided], default=0)\n"
                "    gaps = without(device.gaps, set(range(done + 1)))\n",
            ),
        ),
        (_PUSH + "test_missing_and_voided_numbers[sqlite]",),
    ),
)
