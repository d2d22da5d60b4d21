package main

import (
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// inputs reads what is connected to the cameras' inputs, "N=SOURCE" each. No error
// repeats a source, which may have a password in it.
func inputs(all []string) (map[int]twin.Input, error) {
	list := map[int]twin.Input{}
	for _, s := range all {
		number, source, found := strings.Cut(s, "=")
		n, err := strconv.Atoi(number)
		if !found || err != nil || n < 1 {
			return nil, wrongUsage("twin", "--camera is the number of an input and what is connected to it, for example 1=none.")
		}
		in, err := twin.ParseInput(source)
		if err != nil {
			return nil, wrongUsage("twin", "--camera %d: %v.", n, err)
		}
		list[n] = in
	}
	return list, nil
}
