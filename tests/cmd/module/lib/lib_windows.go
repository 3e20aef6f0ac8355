package lib

const OnLinux = false
