"""The best that a plain perceptron reaches on Fashion-MNIST."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure

FASHION_BEST = MLPRecipe(
    name="fashion-best",
    title="784-1024-1024-1024-10 with batch normalization, dropout and noise",
    notes="A published plain multilayer perceptron: 0.8833.",
    dataset="fashion_mnist",
    shuffle=True,
    hidden_units=(1024, 1024, 1024),
    kernel_initializer="he_normal",
    dropout=0.3,
    normalization="batch",
    input_noise=0.1,
    loss="sparse_categorical_crossentropy",
    optimizer="adam",
    learning_rate=2e-3,
    schedule="cosine",
    epochs=30,
    batch_size=256,
    figures=(Figure(name="test accuracy", measure=measures.test_accuracy, low=0.905),),
)
