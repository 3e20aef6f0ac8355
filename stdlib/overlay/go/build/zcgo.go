package build

const defaultCGO_ENABLED = "0"
