// Makes an image, halves it with a box filter, writes it as PNG and reads that again.
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log"
)

func resize(src image.Image, width, height int) *image.NRGBA {
	dst := image.NewNRGBA(image.Rect(0, 0, width, height))
	from := src.Bounds()
	for y := range height {
		for x := range width {
			x0, x1 := from.Min.X+x*from.Dx()/width, from.Min.X+(x+1)*from.Dx()/width
			y0, y1 := from.Min.Y+y*from.Dy()/height, from.Min.Y+(y+1)*from.Dy()/height
			var sum [4]uint32
			for v := y0; v < y1; v++ {
				for u := x0; u < x1; u++ {
					r, g, b, a := src.At(u, v).RGBA()
					for i, part := range [4]uint32{r, g, b, a} {
						sum[i] += part >> 8
					}
				}
			}
			n := uint32((x1 - x0) * (y1 - y0))
			dst.SetNRGBA(x, y, color.NRGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), uint8(sum[3] / n)})
		}
	}
	return dst
}

func main() {
	picture := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			picture.Set(x, y, color.RGBA{uint8(x * 4), uint8(y * 8), uint8(255 * ((x / 8) % 2)), 255})
		}
	}
	small := resize(picture, 16, 8)
	var file bytes.Buffer
	if err := png.Encode(&file, small); err != nil {
		log.Fatal(err)
	}
	again, format, err := image.Decode(&file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(format, again.Bounds())
	for y := 0; y < 8; y += 4 {
		for x := 0; x < 16; x += 5 {
			fmt.Print(color.NRGBAModel.Convert(again.At(x, y)), " ")
		}
		fmt.Println()
	}
}
