"""From paths to resources: files, archives, lines, bundles, with limits on each."""
