"""Files that people add: resumable uploads, checked by content and hash before they count as there."""
