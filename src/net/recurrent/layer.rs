//! One recurrent layer at work: all steps of a batch forward, and all steps back.
//!
//! Places are ordered by time: step 0 of every sequence, then step 1, and so on. What the gates get from
//! the input is one product for all steps; what they get from the state is one small product a step; the
//! gradients of all weights are one product each.

use crate::net::recurrent::layers::{Cell, RecurrentLayerRanges};
use crate::ops::gates;
use crate::ops::layer::{add, column_sums, fill_with_bias};
use crate::ops::matmul::{Matrix, Write, matmul};

/// A layer with its work space for one batch.
#[derive(Debug)]
pub struct RecurrentLayer {
    cell: Cell,
    width: usize,
    ranges: RecurrentLayerRanges,
    /// What comes in, `places × width`: filled by the caller, who finds the gradient there afterwards.
    pub input: Vec<f32>,
    /// The states, `(1 + steps) · rows × width`: before the first step, and after each.
    hidden: Vec<f32>,
    /// The cells of an LSTM, as the states.
    cells: Vec<f32>,
    /// What the gates get from the input, then their values, then their gradients: `places × gates · width`.
    from_input: Vec<f32>,
    /// What the gates get from the state before, then the gradient there.
    from_hidden: Vec<f32>,
    /// The gradients that go from step to step, `rows × width`.
    grad_hidden: Vec<f32>,
    grad_cell: Vec<f32>,
}

impl RecurrentLayer {
    /// A layer of this cell and width, whose parameters have these `ranges`.
    pub fn new(cell: Cell, width: usize, ranges: RecurrentLayerRanges) -> Self {
        Self {
            cell,
            width,
            ranges,
            input: Vec::new(),
            hidden: Vec::new(),
            cells: Vec::new(),
            from_input: Vec::new(),
            from_hidden: Vec::new(),
            grad_hidden: Vec::new(),
            grad_cell: Vec::new(),
        }
    }

    /// The state after every step, `places × width`, for the `rows` of the last forward pass.
    pub fn output(&self, rows: usize) -> &[f32] {
        &self.hidden[rows * self.width..]
    }

    /// Runs over `input` from a zero state.
    pub fn forward(&mut self, parameters: &[f32], rows: usize) {
        let (places, state) = (self.input.len() / self.width, rows * self.width);
        let gates = self.cell.gates() * self.width;
        self.hidden.resize(state + self.input.len(), 0.0);
        self.hidden[..state].fill(0.0);
        if self.cell == Cell::Lstm {
            self.cells.resize(state + self.input.len(), 0.0);
            self.cells[..state].fill(0.0);
        }
        self.from_input.resize(places * gates, 0.0);
        self.from_hidden.resize(places * gates, 0.0);

        let input = Matrix::new(&self.input, places, self.width);
        let weight = Matrix::new(&parameters[self.ranges.input_weight.clone()], gates, self.width);
        fill_with_bias(&mut self.from_input, &parameters[self.ranges.input_bias.clone()]);
        matmul(&mut self.from_input, input, weight.t(), Write::Add);

        let weight = Matrix::new(&parameters[self.ranges.hidden_weight.clone()], gates, self.width);
        fill_with_bias(&mut self.from_hidden, &parameters[self.ranges.hidden_bias.clone()]);
        for step in 0..places / rows {
            let at_gates = step * rows * gates..(step + 1) * rows * gates;
            let from_input = &mut self.from_input[at_gates.clone()];
            let from_hidden = &mut self.from_hidden[at_gates];
            let (before, after) = self.hidden[step * state..][..2 * state].split_at_mut(state);
            matmul(from_hidden, Matrix::new(before, rows, self.width), weight.t(), Write::Add);
            match self.cell {
                Cell::Lstm => {
                    let (c, next_c) = self.cells[step * state..][..2 * state].split_at_mut(state);
                    gates::lstm(from_input, from_hidden, c, next_c, after, self.width);
                }
                Cell::Gru => gates::gru(from_input, from_hidden, before, after, self.width),
            }
        }
    }

    /// Takes the gradient at [`RecurrentLayer::output`]; writes that of the layer's parameters to their
    /// ranges of `gradient`, and that of the input to `input`.
    pub fn backward(&mut self, parameters: &[f32], grad_out: &[f32], rows: usize, gradient: &mut [f32]) {
        let (places, state) = (self.input.len() / self.width, rows * self.width);
        let gates = self.cell.gates() * self.width;
        self.grad_hidden.clear();
        self.grad_hidden.resize(state, 0.0);
        self.grad_cell.clear();
        self.grad_cell.resize(state, 0.0);

        let weight = Matrix::new(&parameters[self.ranges.hidden_weight.clone()], gates, self.width);
        for step in (0..places / rows).rev() {
            let at_gates = step * rows * gates..(step + 1) * rows * gates;
            let from_input = &mut self.from_input[at_gates.clone()];
            let from_hidden = &mut self.from_hidden[at_gates];
            let (grad_hidden, grad_cell) = (&mut self.grad_hidden, &mut self.grad_cell);
            add(grad_hidden, &grad_out[step * state..][..state]);
            match self.cell {
                Cell::Lstm => {
                    let (c, next_c) = self.cells[step * state..][..2 * state].split_at(state);
                    gates::lstm_backward(
                        from_input,
                        from_hidden,
                        c,
                        next_c,
                        grad_hidden,
                        grad_cell,
                        self.width,
                    );
                }
                Cell::Gru => {
                    let before = &self.hidden[step * state..][..state];
                    gates::gru_backward(from_input, from_hidden, before, grad_hidden, self.width);
                }
            }
            matmul(grad_hidden, Matrix::new(from_hidden, rows, gates), weight, Write::Add);
        }

        let at_input = Matrix::new(&self.from_input, places, gates);
        let at_hidden = Matrix::new(&self.from_hidden, places, gates);
        let input = Matrix::new(&self.input, places, self.width);
        let before = Matrix::new(&self.hidden[..self.input.len()], places, self.width);
        matmul(&mut gradient[self.ranges.input_weight.clone()], at_input.t(), input, Write::Replace);
        matmul(&mut gradient[self.ranges.hidden_weight.clone()], at_hidden.t(), before, Write::Replace);
        column_sums(&mut gradient[self.ranges.input_bias.clone()], &self.from_input);
        column_sums(&mut gradient[self.ranges.hidden_bias.clone()], &self.from_hidden);
        let weight = Matrix::new(&parameters[self.ranges.input_weight.clone()], gates, self.width);
        matmul(&mut self.input, at_input, weight, Write::Replace);
    }
}
