package main

import (
	"strings"
	"testing"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
)

func TestProcedures(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		ser  rekey.Series
		gen  rekey.Generation
		want string
	}{
		{rekey.SeriesS2, rekey.GenA, "lockout-wait other-account support drain-front drain-rest"},
		{rekey.SeriesS3, rekey.GenA, "lockout-wait other-account support drain-front drain-rest"},
		{rekey.Series4K, rekey.GenB, "lockout-wait other-account self-service support drain-front drain-rest"},
		{rekey.SeriesH5, rekey.GenC, "lockout-wait other-account self-service support"},
		{rekey.SeriesI, rekey.GenC, "lockout-wait other-account self-service support"},
		{rekey.SeriesUnknown, rekey.GenUnknown, "lockout-wait other-account self-service support drain-front drain-rest"},
		{rekey.Series960H, rekey.GenUnknown, "support elsewhere"},
	} {
		var got []string
		for _, p := range procedures(c, tc.ser, tc.gen) {
			got = append(got, string(p.ID))
			if p.Source == "" || p.Confidence == "" || p.Title == "" {
				t.Errorf("%s, %s: %+v", tc.ser, tc.gen, p)
			}
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s, %s: %v, want %s", tc.ser, tc.gen, got, tc.want)
		}
	}
}
