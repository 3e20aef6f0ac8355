package main

type table struct{ rows []int }

func (t *table) at(i int) int { return t.rows[i] }

func sum(t *table, n int) (s int) {
	for i := 0; i <= n; i++ {
		s += t.at(i)
	}
	return s
}

func main() {
	println(sum(&table{[]int{1, 2, 3}}, 3))
}
