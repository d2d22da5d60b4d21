// Package plural writes numbers with their nouns in English, for what is not on
// pages: those have plurals of their own, by language.
package plural

import "strconv"

// Of gives a number and its noun: "1 press", "2 presses", "0 presses".
func Of[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(int64(n), 10) + " " + many
}
