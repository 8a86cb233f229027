"""``results/compatibility.html``: one static page that proves each of its cells."""
