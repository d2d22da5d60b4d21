package web

import (
	"fmt"
	"html/template"
)

// icons are drawn on a box of 24 with round lines; the font has no signs of its own.
var icons = map[string]string{
	"phone":    `<rect x="6.5" y="2.5" width="11" height="19" rx="2.5"/><path d="M11 18.5h2"/>`,
	"next":     `<path d="M4 12h15M13 6l6 6-6 6"/>`,
	"back":     `<path d="M20 12H5M11 6l-6 6 6 6"/>`,
	"pause":    `<path d="M8.5 5v14M15.5 5v14" stroke-width="4"/>`,
	"play":     `<path d="M7 4.5v15l12-7.5z" fill="currentColor"/>`,
	"seen":     `<rect x="2" y="2" width="20" height="20" rx="4"/><path class="cut" d="M6.5 12.5l4 4 7.5-9"/>`,
	"said":     `<path d="M3 4.5h18v12H11l-5 4.5v-4.5H3z"/><path d="M7.5 9h9M7.5 12.5h5.5" stroke-width="2"/>`,
	"unknown":  `<circle cx="12" cy="12" r="9.5" stroke-dasharray="3.7 3.7"/><path d="M9.3 9.3a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.2.9-1.2 1.9M12 17.2v.1"/>`,
	"notyet":   `<rect x="3" y="3" width="18" height="18" rx="4" stroke-dasharray="3.6 3.6"/>`,
	"refused":  `<path d="M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8z"/><path d="M8.5 8.5l7 7M15.5 8.5l-7 7"/>`,
	"warn":     `<path d="M12 3L22.5 21h-21z"/><path d="M12 10v5M12 18v.1"/>`,
	"lock":     `<rect x="4" y="10.5" width="16" height="11" rx="2.5"/><path d="M8 10.5V7a4 4 0 0 1 8 0v3.5M12 15v2.5"/>`,
	"clock":    `<circle cx="12" cy="12" r="9.5"/><path d="M12 6.5V12l4 2.5"/>`,
	"calendar": `<rect x="3" y="4.5" width="18" height="17" rx="2"/><path d="M3 10h18M8 2.5v4M16 2.5v4"/>`,
	"print":    `<path d="M7 8V2.5h10V8M7 17H3V8h18v9h-4"/><rect x="7" y="14" width="10" height="7.5"/>`,
	"eye":      `<path d="M1.5 12S5.5 5 12 5s10.5 7 10.5 7-4 7-10.5 7S1.5 12 1.5 12z"/><circle cx="12" cy="12" r="3"/>`,
	"work":     `<path d="M12 2.5a9.5 9.5 0 1 1-9.5 9.5"/>`,
	"finger":   `<path d="M8.5 13V4.5a1.8 1.8 0 0 1 3.6 0V11l5.4 1.2c1.6.4 2.5 1.6 2.3 3.2l-.7 6.1H10.5L5 15.6c-.9-1.2.8-2.9 2-1.9z"/>`,
	"plug":     `<path d="M9 2.5V8M15 2.5V8M6.5 8h11v4.5a5.5 5.5 0 0 1-11 0zM12 18v3.5"/>`,
	"sound":    `<path d="M4 9.5v5h4l5 4.5V5L8 9.5zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11"/>`,
	"chain":    `<path d="M10 14l4-4M8.5 11l-3 3a3.5 3.5 0 0 0 5 5l3-3M15.5 13l3-3a3.5 3.5 0 0 0-5-5l-3 3"/>`,
}

// Icon gives an icon as inline SVG, hidden from those who cannot see it: words
// beside it always say the same.
func Icon(name, class string) (template.HTML, error) {
	d, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("no icon %q", name)
	}
	if class != "" {
		class = " " + class
	}
	return template.HTML(`<svg class="i` + class + `" viewBox="0 0 24 24" aria-hidden="true">` + d + `</svg>`), nil
}
