package syscall

import "unsafe"

// forkRequest is everything the child does between fork and exec. The native (stdlib/natives/fork.cpp) reads it in this
// layout: a child that shares the parent's memory must not run the interpreter.
type forkRequest struct {
	argv0       *byte
	argv, envv  **byte
	chroot, dir *byte
	fd          *int
	fdCount     int
	nextfd      int
	pipe        int
	flags       uintptr // of clone, without the signal
	clone3      *cloneArgs
	pidfd       *int32

	idMaps    bool
	mapRead   int
	mapWrite  int
	setgroups *byte
	gidmap    *byte
	uidmap    *byte
	sizes     [3]int // of the three above
	unshare   uintptr

	setsid, setpgid, foreground, noctty, setctty, ptrace bool
	pgid, ctty                                           int
	pdeathsig                                            int

	hasCredential, setGroups bool
	uid, gid                 uint32
	groups                   *uint32
	groupCount               int
	ambientCaps              *uintptr
	ambientCount             int
	rlim                     *Rlimit
}

// forkExec returns the child's process id and 0, or the error of clone.
func forkExecNative(request *forkRequest) (pid uintptr, err Errno)

func forkAndExecInChild1(argv0 *byte, argv, envv []*byte, chroot, dir *byte, attr *ProcAttr, sys *SysProcAttr, pipe int) (pid uintptr, pidfd int32, err1 Errno, mapPipe [2]int, locked bool) {
	newfd := new(int32)
	*newfd = -1
	pidfd = -1
	r := &forkRequest{
		argv0: argv0, argv: unsafe.SliceData(argv), envv: unsafe.SliceData(envv), chroot: chroot, dir: dir,
		pipe: pipe, pidfd: newfd, unshare: sys.Unshareflags,
		setsid: sys.Setsid, setpgid: sys.Setpgid, foreground: sys.Foreground, noctty: sys.Noctty, setctty: sys.Setctty,
		ptrace: sys.Ptrace, pgid: sys.Pgid, ctty: sys.Ctty, pdeathsig: int(sys.Pdeathsig),
		ambientCaps: unsafe.SliceData(sys.AmbientCaps), ambientCount: len(sys.AmbientCaps),
		rlim: origRlimitNofile.Load(),
	}
	setMappings(r, sys)

	fd := make([]int, len(attr.Files))
	r.nextfd = len(fd)
	for i, ufd := range attr.Files {
		r.nextfd = max(r.nextfd, int(ufd))
		fd[i] = int(ufd)
	}
	r.nextfd++
	r.fd, r.fdCount = unsafe.SliceData(fd), len(fd)

	if c := sys.Credential; c != nil {
		r.hasCredential, r.uid, r.gid = true, c.Uid, c.Gid
		r.groups, r.groupCount = unsafe.SliceData(c.Groups), len(c.Groups)
		denied := sys.GidMappings != nil && !sys.GidMappingsEnableSetgroups && len(c.Groups) == 0
		r.setGroups = !denied && !c.NoSetGroups
	}
	if r.idMaps {
		if err := forkExecPipe(mapPipe[:]); err != nil {
			err1 = err.(Errno)
			return
		}
		r.mapRead, r.mapWrite = mapPipe[0], mapPipe[1]
	}

	r.flags = sys.Cloneflags
	if (sys.Cloneflags|sys.Unshareflags)&CLONE_NEWUSER == 0 {
		r.flags |= CLONE_VFORK | CLONE_VM
	}
	if sys.PidFD != nil {
		r.flags |= CLONE_PIDFD
	}
	if sys.UseCgroupFD || r.flags&CLONE_NEWTIME != 0 || forceClone3 {
		r.clone3 = &cloneArgs{flags: uint64(r.flags), exitSignal: uint64(SIGCHLD)}
		if sys.UseCgroupFD {
			r.clone3.flags |= CLONE_INTO_CGROUP
			r.clone3.cgroup = uint64(sys.CgroupFD)
		}
		if sys.PidFD != nil {
			r.clone3.pidFD = uint64(uintptr(unsafe.Pointer(newfd)))
		}
	}
	pid, err1 = forkExecNative(r)
	return pid, *newfd, err1, mapPipe, false
}

// setMappings prepares what the child of a new user namespace writes about its ids.
func setMappings(r *forkRequest, sys *SysProcAttr) {
	r.idMaps = sys.UidMappings != nil || sys.GidMappings != nil
	if sys.Unshareflags&CLONE_NEWUSER == 0 {
		return
	}
	if sys.GidMappings != nil {
		verdict := []byte("deny\000")
		if sys.GidMappingsEnableSetgroups {
			verdict = []byte("allow\000")
		}
		groups := formatIDMappings(sys.GidMappings)
		r.setgroups, r.sizes[0] = unsafe.SliceData(verdict), len(verdict)
		r.gidmap, r.sizes[1] = unsafe.SliceData(groups), len(groups)
	}
	if sys.UidMappings != nil {
		users := formatIDMappings(sys.UidMappings)
		r.uidmap, r.sizes[2] = unsafe.SliceData(users), len(users)
	}
}

func doCheckClonePidfd(pidfd *int32) (pid uintptr, errno Errno)
