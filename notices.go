// Package kindred holds the texts that come with the program. The program
// itself is in folder app.
package kindred

import _ "embed"

// Licence is Kindred's own licence, and Notices those of what is inside.
var (
	//go:embed LICENSE
	Licence string
	//go:embed docs/NOTICES.md
	Notices string
)
