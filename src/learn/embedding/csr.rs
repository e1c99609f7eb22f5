//! A sparse matrix, row by row.

/// Compressed sparse rows: the columns and values of each row, columns ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct Csr {
    /// Where each row begins, and where the last one ends.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
    width: usize,
}

/// One row: columns ascending, and their values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// Columns with a value, ascending.
    pub columns: &'a [u32],
    /// The value in each of these columns.
    pub values: &'a [f64],
}

impl<'a> Row<'a> {
    /// A row of its own. Columns must be ascending, and as many as values.
    pub fn new(columns: &'a [u32], values: &'a [f64]) -> Self {
        debug_assert_eq!(columns.len(), values.len());
        debug_assert!(columns.is_sorted_by(|a, b| a < b));
        Self { columns, values }
    }

    /// Columns, as places, with their values.
    pub fn iter(self) -> impl Iterator<Item = (usize, f64)> + 'a {
        self.columns.iter().map(|column| *column as usize).zip(self.values.iter().copied())
    }

    /// How many columns have a value.
    pub fn len(self) -> usize {
        self.columns.len()
    }

    /// True where no column has a value.
    pub fn is_empty(self) -> bool {
        self.columns.is_empty()
    }
}

impl Csr {
    /// From entries in order of row, then column, no place twice.
    ///
    /// # Panics
    /// In test builds, where the order is another; and where a row or column does not fit.
    pub(super) fn from_sorted(
        height: usize,
        width: usize,
        entries: impl IntoIterator<Item = (u32, u32, f64)>,
    ) -> Self {
        let mut matrix =
            Self { starts: vec![0; height + 1], columns: Vec::new(), values: Vec::new(), width };
        let mut before = None;
        for (row, column, value) in entries {
            debug_assert!(before < Some((row, column)) && (column as usize) < width);
            before = Some((row, column));
            matrix.starts[row as usize + 1] += 1;
            matrix.columns.push(column);
            matrix.values.push(value);
        }
        for row in 0..height {
            matrix.starts[row + 1] += matrix.starts[row];
        }
        matrix
    }

    /// Columns as rows. Rows become columns in ascending order (a counting sort).
    #[must_use]
    pub fn transposed(&self) -> Self {
        let mut starts = vec![0; self.width + 1];
        for column in &self.columns {
            starts[*column as usize + 1] += 1;
        }
        for at in 0..self.width {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut columns = vec![0; self.columns.len()];
        let mut values = vec![0.0; self.values.len()];
        for (row, number) in self.rows().zip(0_u32..) {
            for (column, value) in row.iter() {
                let place = next[column];
                next[column] += 1;
                (columns[place], values[place]) = (number, value);
            }
        }
        Self { starts, columns, values, width: self.height() }
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.starts.len() - 1
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Places that have a value.
    pub fn entries(&self) -> usize {
        self.columns.len()
    }

    /// A row by its number.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn row(&self, row: usize) -> Row<'_> {
        let range = self.starts[row]..self.starts[row + 1];
        Row { columns: &self.columns[range.clone()], values: &self.values[range] }
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.height()).map(|row| self.row(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transposed_matrix_has_the_same_entries_the_other_way_round() {
        let entries = [(0, 1, 1.0), (0, 3, 2.0), (2, 0, 3.0), (2, 3, 4.0)];
        let matrix = Csr::from_sorted(4, 5, entries);
        let turned = matrix.transposed();
        assert_eq!((turned.height(), turned.width(), turned.entries()), (5, 4, 4));
        let list = |m: &Csr| -> Vec<(usize, usize, f64)> {
            let line = |(at, row): (usize, Row<'_>)| {
                row.iter().map(|(column, value)| (at, column, value)).collect::<Vec<_>>()
            };
            m.rows().enumerate().flat_map(line).collect()
        };
        assert_eq!(list(&turned), [(0, 2, 3.0), (1, 0, 1.0), (3, 0, 2.0), (3, 2, 4.0)]);
        assert_eq!(turned.transposed(), matrix);
        assert!(matrix.row(1).is_empty() && matrix.row(2).len() == 2);
    }
}
