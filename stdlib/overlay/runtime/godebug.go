package runtime

import _ "unsafe"

// GODEBUG: internal/godebug hears of its value, and of every change that the program makes to its environment. The loader
// declares godebugDefault: the settings of the program's go.mod and its //go:debug lines.

var godebugUpdate func(def, env string)

// What the program has set GODEBUG to; nil: nothing.
var godebugEnv *string

//go:linkname godebugSetUpdate internal/godebug.setUpdate
func godebugSetUpdate(update func(def, env string)) {
	godebugUpdate = update
	update(godebugDefault, gogetenv("GODEBUG"))
}

//go:linkname syscallSetenv syscall.runtimeSetenv
func syscallSetenv(key, value string) { godebugChanged(key, value) }

//go:linkname syscallUnsetenv syscall.runtimeUnsetenv
func syscallUnsetenv(key string) { godebugChanged(key, "") }

func godebugChanged(key, value string) {
	if key != "GODEBUG" {
		return
	}
	godebugEnv = &value
	if godebugUpdate != nil {
		godebugUpdate(godebugDefault, value)
	}
}

// godebugSetting is the value of name in GODEBUG or among the program's own settings, or "".
func godebugSetting(name string) string {
	env := gogetenv("GODEBUG")
	if changed := godebugEnv; changed != nil {
		env = *changed
	}
	if value := settingIn(env, name); value != "" {
		return value
	}
	return settingIn(godebugDefault, name)
}

func settingIn(list, name string) (value string) {
	for list != "" {
		end := 0
		for end < len(list) && list[end] != ',' {
			end++
		}
		if len(name) < end && list[:len(name)] == name && list[len(name)] == '=' {
			value = list[len(name)+1 : end]
		}
		list = list[min(end+1, len(list)):]
	}
	return value
}
