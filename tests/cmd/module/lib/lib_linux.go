package lib

// OnLinux says so.
const OnLinux = true
