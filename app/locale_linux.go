package main

// Fyne reads the locale in an init function, before anything of ours runs, and
// complains on standard error that "C.UTF-8", the locale of containers and
// minimal systems, names no language, even when no window is wanted. It takes
// plain "C" in silence. So the environment is cut to that before Go starts.

/*
#include <string.h>

__attribute__((constructor)) static void plain_locale(int argc, char **argv, char **envp) {
	static const char *names[] = {"LC_ALL=C.", "LC_MESSAGES=C.", "LANG=C."};
	for (; envp && *envp; envp++)
		for (int i = 0; i < 3; i++)
			if (!strncmp(*envp, names[i], strlen(names[i])))
				(*envp)[strlen(names[i]) - 1] = 0;
}
*/
import "C"
