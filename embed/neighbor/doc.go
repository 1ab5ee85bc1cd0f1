// Package neighbor finds which vectors lie next to which: it scales them to
// length one, brings long ones into a shorter index space, and builds the exact
// graph of nearest neighbours that clusters, duplicates and outliers stand on.
//
// All functions are pure and deterministic. The heavy products go through an
// embed.Kernel.
package neighbor
