"""The public names of `keras_mlp.data`, which has them when they are asked for."""

from keras_mlp.data.batch_preprocessing import BatchPreprocessing
from keras_mlp.data.batches.loaded_dataset import LoadedDataset
from keras_mlp.data.columns.boolean_column import BooleanColumn
from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.data.columns.date_column import DateColumn
from keras_mlp.data.columns.number_column import NumberColumn
from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing
from keras_mlp.data.errors import DatasetNotPreparedError, UnknownDatasetError
from keras_mlp.data.image_files.read_image import ImageFileError, read_image
from keras_mlp.data.image_folders.describe_images import describe_images
from keras_mlp.data.image_folders.images import images
from keras_mlp.data.line_points import noisy_line
from keras_mlp.data.loading.describe import DatasetDescription, describe
from keras_mlp.data.loading.load import load
from keras_mlp.data.loading.source_order import SOURCE_ORDERED
from keras_mlp.data.preparing.offline import prepare
from keras_mlp.data.preparing.source_file_error import SourceFileError
from keras_mlp.data.preprocessing import ImagePreprocessing
from keras_mlp.data.tables.description.column_description import ColumnDescription
from keras_mlp.data.tables.description.table_description import TableDescription
from keras_mlp.data.tables.table import table
from keras_mlp.data.tables.table_dataset import TableDataset

__all__ = [
    "SOURCE_ORDERED",
    "BatchPreprocessing",
    "BooleanColumn",
    "CategoryColumn",
    "ColumnDescription",
    "DatasetDescription",
    "DatasetNotPreparedError",
    "DateColumn",
    "ImageFileError",
    "ImagePreprocessing",
    "LoadedDataset",
    "NumberColumn",
    "SourceFileError",
    "TableDataset",
    "TableDescription",
    "TabularPreprocessing",
    "UnknownDatasetError",
    "describe",
    "describe_images",
    "images",
    "load",
    "noisy_line",
    "prepare",
    "read_image",
    "table",
]
