/**
 * System calls that every container may make, whatever its capabilities, by what they are for. The set is that of
 * Docker's default profile: the test beside `default-profile.ts` holds the two against each other.
 */
const words = (text: string): string[] => text.trim().split(/\s+/);

/** Files, folders and their attributes. */
const files = words(`
  _llseek access cachestat chdir chmod chown chown32 close close_range copy_file_range creat dup
  dup2 dup3 faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod
  fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock
  fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64
  futimesat getcwd getdents getdents64 getxattr getxattrat inotify_add_watch inotify_init
  inotify_init1 inotify_rm_watch ioctl lchown lchown32 lgetxattr link linkat listmount listxattr
  listxattrat llistxattr lremovexattr lseek lsetxattr lstat lstat64 memfd_create memfd_secret mkdir
  mkdirat mknod mknodat name_to_handle_at newfstatat open openat openat2 pread64 preadv preadv2
  pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr removexattrat
  rename renameat renameat2 rmdir sendfile sendfile64 setxattr setxattrat splice stat stat64 statfs
  statfs64 statmount statx symlink symlinkat sync sync_file_range syncfs tee truncate truncate64
  umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev
`);

/** Waiting on many things at once, and asynchronous reading and writing. */
const waiting = words(`
  _newselect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
  epoll_wait_old eventfd eventfd2 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake
  io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit pipe pipe2
  poll ppoll ppoll_time64 pselect6 pselect6_time64 select signalfd signalfd4 timerfd_create
  timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64
`);

/** Memory and its protection. */
const memory = words(`
  brk madvise map_shadow_stack membarrier mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap
  mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease
  remap_file_pages rseq
`);

/** Processes, threads, users and groups. */
const processes = words(`
  capget capset execve execveat exit exit_group fork get_robust_list get_thread_area getegid
  getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid
  getresgid getresgid32 getresuid getresuid32 getsid gettid getuid getuid32 landlock_add_rule
  landlock_create_ruleset landlock_restrict_self pidfd_open pidfd_send_signal prctl seccomp
  set_robust_list set_thread_area set_tid_address setfsgid setfsgid32 setfsuid setfsuid32 setgid
  setgid32 setgroups setgroups32 setpgid setregid setregid32 setresgid setresgid32 setresuid
  setresuid32 setreuid setreuid32 setsid setuid setuid32 uretprobe vfork wait4 waitid waitpid
`);

/** Signals. */
const signals = words(`
  alarm kill pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
  rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack
  sigprocmask sigreturn tgkill tkill
`);

/** Clocks, timers and sleep. */
const time = words(`
  adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
  clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer
  time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime
  timer_settime64 times
`);

/** Scheduling, limits and accounting. */
const scheduling = words(`
  getcpu getpriority getrandom getrlimit getrusage ioprio_get ioprio_set prlimit64
  sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
  sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity
  sched_setattr sched_setparam sched_setscheduler sched_yield setpriority setrlimit sysinfo
  ugetrlimit uname riscv_hwprobe
`);

/** Sockets, message queues, semaphores and shared memory. */
const talking = words(`
  accept accept4 bind connect getpeername getsockname getsockopt ipc listen mq_getsetattr mq_notify
  mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl
  msgget msgrcv msgsnd recv recvfrom recvmmsg recvmmsg_time64 recvmsg semctl semget semop semtimedop
  semtimedop_time64 send sendmmsg sendmsg sendto setsockopt shmat shmctl shmdt shmget shutdown
  socketcall socketpair
`);

export const everyday: readonly string[] = [
  ...files,
  ...waiting,
  ...memory,
  ...processes,
  ...signals,
  ...time,
  ...scheduling,
  ...talking,
];
