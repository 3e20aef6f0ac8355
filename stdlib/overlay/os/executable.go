package os

import "internal/stringslite"

// vmExecutable is what starts the running program again; "" if that is the file of the process.
func vmExecutable() string

func executable() (string, error) {
	if path := vmExecutable(); path != "" {
		return path, nil
	}
	path, err := Readlink("/proc/self/exe")
	return stringslite.TrimSuffix(path, " (deleted)"), err
}
