"""Time to accuracy: how soon a perceptron reads so many of MNIST's test images."""
