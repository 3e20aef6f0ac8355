// Package page is store's own affair.
package page

const Size = "4096 bytes"
