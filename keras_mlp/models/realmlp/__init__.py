"""RealMLP: a multilayer perceptron with the parts that tables need."""
