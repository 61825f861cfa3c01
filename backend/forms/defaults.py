"""The form that every agency has before it publishes its own."""

from __future__ import annotations

from backend.forms.rules import Field, FieldType, Form, Option

ASK_FORM = Form(
    code="tanya",
    version=0,
    title="Ajukan pertanyaan",
    fields=(
        Field(
            key="text",
            label="Apa yang ingin Anda tanyakan?",
            type=FieldType.LONG_TEXT,
            required=True,
            min_length=10,
            max_length=4000,
            help="Tulis seperti berbicara, satu hal saja.",
        ),
        Field(
            key="kind",
            label="Jenis",
            type=FieldType.CHOICE,
            options=(
                Option("pertanyaan", "Pertanyaan"),
                Option("konsultasi", "Konsultasi"),
                Option("permintaan_data", "Permintaan data"),
                Option("keluhan", "Keluhan"),
            ),
        ),
        Field(key="category", label="Topik", type=FieldType.CHOICE, help="Kami usulkan dari tulisan Anda."),
    ),
)
"""Asking a question. The topics are the agency's own categories, so the form lists none."""
