package main

// needsDisplay says that a window needs an X11 or Wayland display named in the
// environment.
const needsDisplay = true
