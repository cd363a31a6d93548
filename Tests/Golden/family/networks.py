"""The networks that torchvision has not, in PyTorch, from their papers' definitions; and a table of all."""
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision.models as tv
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet


def conv(i, o, k, stride=1, groups=1, bias=False, padding=None):
    return nn.Conv2d(i, o, k, stride, k // 2 if padding is None else padding, groups=groups, bias=bias)


# --- He et al., CVPR 2016 -------------------------------------------------------------------------------------------

def resnet_v1(layers):
    """torchvision's bottlenecks with the stride on the first 1x1, as in the paper and in Caffe."""
    net = ResNet(Bottleneck, layers)
    for module in net.modules():
        if isinstance(module, Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, (1, 1)
    return net


class PlainBlock(BasicBlock):
    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


def plain(layers):
    net = ResNet(PlainBlock, layers)
    for module in net.modules():
        if isinstance(module, PlainBlock):
            module.downsample = None
    return net


class CifarBlock(nn.Module):
    def __init__(self, i, o, stride, option):
        super().__init__()
        self.conv1, self.bn1 = conv(i, o, 3, stride), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = conv(o, o, 3), nn.BatchNorm2d(o)
        self.option, self.pad, self.stride = option, (o - i) // 2, stride
        if option == 'C' or option == 'B' and i != o:
            self.shortcut = nn.Sequential(conv(i, o, 1, stride), nn.BatchNorm2d(o))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.option == 'plain':
            return F.relu(y)
        if hasattr(self, 'shortcut'):
            x = self.shortcut(x)
        elif self.pad:
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.pad, self.pad))
        return F.relu(x + y)


def stages(make, widths, counts, i, expansion=1, first=1):
    """Stages of blocks, all but the first one beginning with stride 2; make(inputs, width, stride)."""
    layers = []
    for s, (width, count) in enumerate(zip(widths, counts)):
        blocks = []
        for b in range(count):
            blocks.append(make(i, width, (first if s == 0 else 2) if b == 0 else 1))
            i = width * expansion
        layers.append(nn.Sequential(*blocks))
    return layers


class CifarResNet(nn.Module):
    """Weights are named as in akamaster/pytorch_resnet_cifar10."""
    def __init__(self, depth, option='A', classes=10):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        n = (depth - 2) // 6
        self.layer1, self.layer2, self.layer3 = stages(
            lambda i, o, s: CifarBlock(i, o, s, option), (16, 32, 64), (n, n, n), 16)
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


# --- He et al., ECCV 2016: pre-activation ---------------------------------------------------------------------------

class PreBlock(nn.Module):
    """A unit that changes its map's size, or follows the stem, activates before its two paths part."""
    def __init__(self, i, width, stride, bottleneck, shortcut, shares=None, first=False):
        super().__init__()
        o = width * (4 if bottleneck else 1)
        self.changes, self.stride, self.pad = i != o or stride != 1, stride, (o - i) // 2
        self.shares = self.changes if shares is None else shares
        self.bn1 = nn.BatchNorm2d(i)
        if bottleneck:
            a, b = (stride, 1) if first else (1, stride)
            self.conv1, self.bn2 = conv(i, width, 1, a), nn.BatchNorm2d(width)
            self.conv2, self.bn3 = conv(width, width, 3, b), nn.BatchNorm2d(width)
            self.conv3 = conv(width, o, 1)
        else:
            self.conv1, self.bn2 = conv(i, o, 3, stride), nn.BatchNorm2d(o)
            self.conv2 = conv(o, o, 3)
        if self.changes and shortcut == 'projection':
            self.shortcut = conv(i, o, 1, stride)

    def forward(self, x):
        y = F.relu(self.bn1(x))
        if self.shares:
            x = y
        if hasattr(self, 'shortcut'):
            x = self.shortcut(x)
        elif self.changes:
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.pad, self.pad))
        y = self.conv2(F.relu(self.bn2(self.conv1(y))))
        if hasattr(self, 'conv3'):
            y = self.conv3(F.relu(self.bn3(y)))
        return x + y


class CifarPreResNet(nn.Module):
    """A bottleneck's stride is on its first 1x1 convolution, as in the authors' code."""
    def __init__(self, depth, classes=10):
        super().__init__()
        deep = depth > 110
        n, e = ((depth - 2) // 9, 4) if deep else ((depth - 2) // 6, 1)
        self.conv1 = conv(3, 16, 3)
        blocks = iter(range(3 * n))

        def block(i, o, s):
            shares = True if next(blocks) == 0 else None
            return PreBlock(i, o, s, deep, 'projection' if deep else 'zeros', shares, first=True)
        self.layer1, self.layer2, self.layer3 = stages(block, (16, 32, 64), (n, n, n), 16, e)
        self.bn = nn.BatchNorm2d(64 * e)
        self.fc = nn.Linear(64 * e, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(F.relu(self.bn(x)).mean((2, 3)))


class PreResNet(nn.Module):
    """The stem activates before its pooling and the first unit once more; projections have no batch normalisation."""
    def __init__(self, counts, classes=1000):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 64, 7, 2), nn.BatchNorm2d(64)
        self.layer1, self.layer2, self.layer3, self.layer4 = stages(
            lambda i, o, s: PreBlock(i, o, s, True, 'projection'), (64, 128, 256, 512), counts, 64, 4)
        self.bn = nn.BatchNorm2d(2048)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(F.relu(self.bn(x)).mean((2, 3)))


# --- Zagoruyko and Komodakis, BMVC 2016 -----------------------------------------------------------------------------

class WideBlock(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(i), conv(i, o, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(o), conv(o, o, 3)
        if i != o:
            self.shortcut = conv(i, o, 1, stride)

    def forward(self, x):
        y = F.relu(self.bn1(x))
        x = self.shortcut(y) if hasattr(self, 'shortcut') else x
        return x + self.conv2(F.relu(self.bn2(self.conv1(y))))


class WideResNet(nn.Module):
    def __init__(self, depth, k, classes=10):
        super().__init__()
        n = (depth - 4) // 6
        self.conv1 = conv(3, 16, 3)
        self.layer1, self.layer2, self.layer3 = stages(WideBlock, (16 * k, 32 * k, 64 * k), (n, n, n), 16)
        self.bn = nn.BatchNorm2d(64 * k)
        self.fc = nn.Linear(64 * k, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(F.relu(self.bn(x)).mean((2, 3)))


# --- Xie et al., CVPR 2017: CIFAR -----------------------------------------------------------------------------------

class NextBlock(nn.Module):
    def __init__(self, i, width, stride, groups, group_width):
        super().__init__()
        d, o = width * group_width * groups // 64, width * 4
        self.conv1, self.bn1 = conv(i, d, 1), nn.BatchNorm2d(d)
        self.conv2, self.bn2 = conv(d, d, 3, stride, groups), nn.BatchNorm2d(d)
        self.conv3, self.bn3 = conv(d, o, 1), nn.BatchNorm2d(o)
        if i != o:
            self.downsample = nn.Sequential(conv(i, o, 1, stride), nn.BatchNorm2d(o))

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        x = self.downsample(x) if hasattr(self, 'downsample') else x
        return F.relu(x + self.bn3(self.conv3(y)))


class CifarResNeXt(nn.Module):
    def __init__(self, depth, groups, width, classes=10):
        super().__init__()
        n = (depth - 2) // 9
        self.conv1, self.bn1 = conv(3, 64, 3), nn.BatchNorm2d(64)
        self.layer1, self.layer2, self.layer3 = stages(
            lambda i, o, s: NextBlock(i, o, s, groups, width), (64, 128, 256), (n, n, n), 64, 4)
        self.fc = nn.Linear(1024, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


# --- Huang et al., CVPR 2017: CIFAR ---------------------------------------------------------------------------------

class DenseLayer(nn.Module):
    def __init__(self, i, k, bottleneck):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(i)
        if bottleneck:
            self.conv1, self.norm2, self.conv2 = conv(i, 4 * k, 1), nn.BatchNorm2d(4 * k), conv(4 * k, k, 3)
        else:
            self.conv1 = conv(i, k, 3)

    def forward(self, x):
        y = self.conv1(F.relu(self.norm1(x)))
        if hasattr(self, 'conv2'):
            y = self.conv2(F.relu(self.norm2(y)))
        return torch.cat((x, y), 1)


class CifarDenseNet(nn.Module):
    """Weights are named as torchvision names its DenseNets'."""
    def __init__(self, depth, k, bc, classes=10):
        super().__init__()
        n = (depth - 4) // (6 if bc else 3)
        c = 2 * k if bc else 16
        f = nn.Sequential()
        f.add_module('conv0', conv(3, c, 3))
        for s in range(3):
            block = nn.Sequential()
            for j in range(n):
                block.add_module(f'denselayer{j + 1}', DenseLayer(c, k, bc))
                c += k
            f.add_module(f'denseblock{s + 1}', block)
            if s < 2:
                o = c // 2 if bc else c
                transition = nn.Sequential()
                transition.add_module('norm', nn.BatchNorm2d(c))
                transition.add_module('relu', nn.ReLU())
                transition.add_module('conv', conv(c, o, 1))
                transition.add_module('pool', nn.AvgPool2d(2))
                f.add_module(f'transition{s + 1}', transition)
                c = o
        f.add_module('norm5', nn.BatchNorm2d(c))
        self.features, self.classifier = f, nn.Linear(c, classes)

    def forward(self, x):
        return self.classifier(F.relu(self.features(x)).mean((2, 3)))


# --- Wang et al., CVPR 2017: residual attention ---------------------------------------------------------------------

class Unit(nn.Module):
    """A pre-activation bottleneck; one that changes its map projects what it has activated."""
    def __init__(self, i, o, stride=1):
        super().__init__()
        m = o // 4
        self.bn1, self.conv1 = nn.BatchNorm2d(i), conv(i, m, 1)
        self.bn2, self.conv2 = nn.BatchNorm2d(m), conv(m, m, 3, stride)
        self.bn3, self.conv3 = nn.BatchNorm2d(m), conv(m, o, 1)
        if i != o or stride != 1:
            self.shortcut = conv(i, o, 1, stride)

    def forward(self, x):
        y = F.relu(self.bn1(x))
        x = self.shortcut(y) if hasattr(self, 'shortcut') else x
        y = self.conv2(F.relu(self.bn2(self.conv1(y))))
        return x + self.conv3(F.relu(self.bn3(y)))


class Mask(nn.Module):
    """Pooling, a unit, the mask of the next lower size beside a skip unit, a unit, and up again; two units at the bottom."""
    def __init__(self, c, depth):
        super().__init__()
        self.down = Unit(c, c)
        if depth > 1:
            self.skip, self.inner = Unit(c, c), Mask(c, depth - 1)
        self.up = Unit(c, c)

    def forward(self, x):
        y = self.down(F.max_pool2d(x, 3, 2, ceil_mode=True))
        if hasattr(self, 'inner'):
            y = self.skip(y) + self.inner(y)
        return F.interpolate(self.up(y), x.shape[2:], mode='bilinear', align_corners=True)


class Attention(nn.Module):
    """p = 1 unit, then a trunk of t = 2 units times 1 + mask, then p = 1 unit."""
    def __init__(self, c, depth):
        super().__init__()
        self.first, self.trunk = Unit(c, c), nn.Sequential(Unit(c, c), Unit(c, c))
        self.mask, self.last = Mask(c, depth), Unit(c, c)
        self.bn1, self.conv1 = nn.BatchNorm2d(c), conv(c, c, 1)
        self.bn2, self.conv2 = nn.BatchNorm2d(c), conv(c, c, 1)

    def forward(self, x):
        x = self.first(x)
        m = F.relu(self.bn1(self.mask(x)))
        m = torch.sigmoid(self.conv2(F.relu(self.bn2(self.conv1(m)))))
        return self.last(self.trunk(x) * (1 + m))


class ResidualAttention(nn.Module):
    """As in the authors' prototxt files. They published none for CIFAR: a 3x3 convolution for the stem, and last units that
    neither widen nor halve the map, come closest to the paper's 1.9 and 5.1 M parameters of Attention-92 and -236."""
    def __init__(self, modules, width, cifar, classes):
        super().__init__()
        self.cifar = cifar
        self.conv1, self.bn1 = (conv(3, width, 3) if cifar else conv(3, width, 7, 2)), nn.BatchNorm2d(width)
        i, layers = width, []
        for s, count in enumerate(modules):
            o = 4 * width << s
            layers.append(nn.Sequential(Unit(i, o, 1 if s == 0 else 2), *(Attention(o, 3 - s) for _ in range(count))))
            i = o
        self.stage1, self.stage2, self.stage3 = layers
        o, stride = (i, 1) if cifar else (2 * i, 2)
        self.stage4 = nn.Sequential(Unit(i, o, stride), Unit(o, o), Unit(o, o))
        self.bn = nn.BatchNorm2d(o)
        self.classifier = nn.Linear(o, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        if not self.cifar:
            x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        x = self.stage4(self.stage3(self.stage2(self.stage1(x))))
        return self.classifier(F.relu(self.bn(x)).mean((2, 3)))


# --- Alzantot et al., Interspeech 2019 ------------------------------------------------------------------------------

class SpecBlock(nn.Module):
    """What the authors' code computes: its pre-activation's result is overwritten."""
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(32, 32, 3, 1, 1), nn.BatchNorm2d(32)
        self.conv2, self.conv11 = nn.Conv2d(32, 32, 3, 3, 1), nn.Conv2d(32, 32, 3, 3, 1)

    def forward(self, x):
        return self.conv2(F.leaky_relu(self.bn1(self.conv1(x)), 0.01)) + self.conv11(x)


class SpecResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1, 1)
        for number in (1, 3, 5, 7, 9, 11):
            setattr(self, f'block{number}', SpecBlock())
        self.bn, self.fc1, self.fc2 = nn.BatchNorm2d(32), nn.Linear(64, 128), nn.Linear(128, 2)

    def forward(self, x):
        x = self.conv1(x)
        for number in (1, 3, 5, 7, 9, 11):
            x = getattr(self, f'block{number}')(x)
        x = F.leaky_relu(self.bn(x), 0.01).flatten(1)
        return self.fc2(F.leaky_relu(self.fc1(x), 0.01))


# --- LeCun et al., 1998; Zeiler and Fergus, ECCV 2014 ---------------------------------------------------------------

def lenet5():
    """Every map of C3 reads all of S2; logistic functions; means without trained coefficients."""
    net = nn.Sequential()
    for name, layer in (
            ('conv1', nn.Conv2d(1, 6, 5)), ('s1', nn.Sigmoid()), ('p1', nn.AvgPool2d(2)),
            ('conv2', nn.Conv2d(6, 16, 5)), ('s2', nn.Sigmoid()), ('p2', nn.AvgPool2d(2)), ('flat', nn.Flatten()),
            ('fc1', nn.Linear(400, 120)), ('s3', nn.Sigmoid()), ('fc2', nn.Linear(120, 84)), ('s4', nn.Sigmoid()),
            ('fc3', nn.Linear(84, 10))):
        net.add_module(name, layer)
    return net


def zfnet():
    """Sizes of the paper's figure 3 (224, 110, 55, 26, 13, 6); Krizhevsky's normalisation after each of the two poolings."""
    net = nn.Sequential()
    for name, layer in (
            ('conv1', nn.Conv2d(3, 96, 7, 2, 1)), ('r1', nn.ReLU()), ('p1', nn.MaxPool2d(3, 2, ceil_mode=True)),
            ('n1', nn.LocalResponseNorm(5, 1e-4, 0.75, 2)),
            ('conv2', nn.Conv2d(96, 256, 5, 2)), ('r2', nn.ReLU()), ('p2', nn.MaxPool2d(3, 2, ceil_mode=True)),
            ('n2', nn.LocalResponseNorm(5, 1e-4, 0.75, 2)),
            ('conv3', nn.Conv2d(256, 384, 3, 1, 1)), ('r3', nn.ReLU()),
            ('conv4', nn.Conv2d(384, 384, 3, 1, 1)), ('r4', nn.ReLU()),
            ('conv5', nn.Conv2d(384, 256, 3, 1, 1)), ('r5', nn.ReLU()), ('p5', nn.MaxPool2d(3, 2)),
            ('flat', nn.Flatten()), ('fc6', nn.Linear(9216, 4096)), ('r6', nn.ReLU()),
            ('fc7', nn.Linear(4096, 4096)), ('r7', nn.ReLU()), ('fc8', nn.Linear(4096, 1000))):
        net.add_module(name, layer)
    return net


# --------------------------------------------------------------------------------------------------------------------

def table():
    """name: (how it is made, input shape of its own, side of a small picture that the reference runs in no time)."""
    nets = {}

    def add(name, make, own=(3, 224, 224), small=64):
        nets[name] = (make, own, (own[0], small, small) if isinstance(small, int) else small)

    for name in ('resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152', 'resnext50_32x4d', 'resnext101_32x8d',
                 'resnext101_64x4d', 'wide_resnet50_2', 'wide_resnet101_2', 'densenet121', 'densenet161', 'densenet169',
                 'densenet201', 'alexnet', 'vgg16', 'vgg16_bn', 'vgg19', 'vgg19_bn', 'squeezenet1_0', 'squeezenet1_1'):
        add(name, getattr(tv, name))
    add('googlenet', lambda: tv.googlenet(aux_logits=False, init_weights=False))
    add('inception_v3', lambda: tv.inception_v3(aux_logits=False, init_weights=False), (3, 299, 299), 96)
    add('resnext101_32x4d', lambda: ResNet(Bottleneck, [3, 4, 23, 3], groups=32, width_per_group=4))
    add('resnet200', lambda: ResNet(Bottleneck, [3, 24, 36, 3]))
    for depth, layers in ((50, [3, 4, 6, 3]), (101, [3, 4, 23, 3]), (152, [3, 8, 36, 3])):
        add(f'resnet{depth}_v1', lambda layers=layers: resnet_v1(layers))
    for depth, layers in ((18, [2, 2, 2, 2]), (34, [3, 4, 6, 3])):
        add(f'plain{depth}', lambda layers=layers: plain(layers))
    add('preresnet152', lambda: PreResNet([3, 8, 36, 3]))
    add('preresnet200', lambda: PreResNet([3, 24, 36, 3]))
    add('attention56', lambda: ResidualAttention((1, 1, 1), 64, False, 1000))
    add('attention92', lambda: ResidualAttention((1, 2, 3), 64, False, 1000))
    add('zfnet', zfnet, small=223)
    add('lenet5', lenet5, (1, 32, 32), 32)
    add('spec_resnet', SpecResNet, (1, 1025, 126), (1, 736, 40))

    def cifar(name, make, small=32):
        add(name, make, (3, 32, 32), small)
    for depth in (20, 32, 44, 56, 110):
        for option, mark in (('A', ''), ('B', '_b'), ('C', '_c')):
            cifar(f'resnet{depth}{mark}', lambda depth=depth, option=option: CifarResNet(depth, option))
        cifar(f'plain{depth}', lambda depth=depth: CifarResNet(depth, 'plain'))
    for option, mark in (('A', ''), ('B', '_b'), ('C', '_c')):
        cifar(f'resnet1202{mark}', lambda option=option: CifarResNet(1202, option), 8)
    for depth in (110, 164, 1001):
        cifar(f'preresnet{depth}', lambda depth=depth: CifarPreResNet(depth), 8 if depth == 1001 else 32)
    for depth, k in ((16, 8), (28, 10), (40, 4)):
        cifar(f'wrn{depth}_{k}', lambda depth=depth, k=k: WideResNet(depth, k), 12)
    for groups in (8, 16):
        cifar(f'resnext29_{groups}x64d', lambda groups=groups: CifarResNeXt(29, groups, 64), 8)
    for depth, k in ((40, 12), (100, 12), (100, 24)):
        cifar(f'densenet{depth}_k{k}', lambda depth=depth, k=k: CifarDenseNet(depth, k, False), 8)
    for depth, k in ((100, 12), (250, 24), (190, 40)):
        cifar(f'densenet_bc{depth}_k{k}', lambda depth=depth, k=k: CifarDenseNet(depth, k, True), 8)
    for depth, m in ((92, 2), (236, 6), (452, 12)):
        cifar(f'attention{depth}_cifar', lambda m=m: ResidualAttention((m, m, m), 16, True, 10), 16)
    return nets
