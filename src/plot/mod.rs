//! Static figures: drawn once as SVG, the PNG made from the same drawing.
