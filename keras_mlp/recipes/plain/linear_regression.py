"""linear-regression in plain TensorFlow: a line through 1,000 points, by hand."""

import tensorflow as tf

epochs, rate = 20, 0.1
# The points of `keras-mlp train linear-regression --seed 0`: y = 3 x + 2 + noise.
x, noise = tf.unstack(tf.random.stateless_normal((2, 1000), seed=(0, 0)))
y = 3 * x + 2 + noise

w, b = tf.Variable(5.0), tf.Variable(0.0)
weights = [w, b]


def squared_error():
    return tf.reduce_mean((w * x + b - y) ** 2)


for epoch in range(epochs):
    with tf.GradientTape() as tape:
        loss = squared_error()
    w_gradient, b_gradient = tape.gradient(loss, weights)
    w.assign_sub(rate * w_gradient)
    b.assign_sub(rate * b_gradient)
    print(f"Epoch {epoch:2}: W={w.numpy():.2f} b={b.numpy():.2f}, loss={loss:.5f}")
# The noise alone has a mean square of 1: no line has a much smaller error.
print(f"After the last epoch: loss={squared_error():.5f}")
