"""Documents for paper and download: PDF from templates, QR codes as vectors. Shared by the rooms; it knows none."""
