package buildcfg

import "runtime"

// What go's distribution build would have written.
const (
	DefaultGO386              = "softfloat"
	DefaultGOAMD64            = "v1"
	DefaultGOARM              = "7"
	DefaultGOARM64            = "v8.0"
	DefaultGOMIPS             = "hardfloat"
	DefaultGOMIPS64           = "hardfloat"
	DefaultGOPPC64            = "power8"
	DefaultGORISCV64          = "rva20u64"
	DefaultGOFIPS140          = "off"
	defaultGOEXPERIMENT       = ""
	defaultGO_EXTLINK_ENABLED = ""
	defaultGO_LDSO            = ""
	version                   = "go1.24.4"
	defaultGOOS               = runtime.GOOS
	defaultGOARCH             = runtime.GOARCH
)
